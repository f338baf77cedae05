using DurableTrainer.Durable;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>Reads ledgers from outside.</summary>
internal static class LedgerReading
{
    /// <summary>What a tenant has used and holds.</summary>
    public static async Task<LedgerState> ReadLedgerAsync(this DurableClient durable, string tenant, CancellationToken cancellation) =>
        await durable.ReadEntityAsync<LedgerState>(WorkflowNames.Ledger(tenant), cancellation) ?? new LedgerState();
}
