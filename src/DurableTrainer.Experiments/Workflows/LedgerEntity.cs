using DurableTrainer.Durable;
using DurableTrainer.Experiments.Telemetry;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>The books of one tenant, as a durable entity: its operations run one at a time, so that two experiments cannot both take the last share.</summary>
internal sealed class LedgerEntity : Entity<LedgerState>
{
    public LedgerEntity()
    {
        On(WorkflowNames.Admit, (state, request) => Ledger.Admit(state ?? new(), request));
        On(WorkflowNames.Begin, (state, start) => Ledger.Begin(state ?? new(), start));
        On(WorkflowNames.Settle, (state, settlement, tenant) =>
        {
            state ??= new();
            var answer = Ledger.Settle(state, settlement);
            // A slice that is settled already is not charged again.
            if (!ReferenceEquals(answer.State, state))
                ExperimentMetrics.Used(settlement.Experiment, tenant.Key, settlement.Usage);
            return answer;
        });
        On(WorkflowNames.EndSettledTrial, (state, ended) => (Ledger.EndTrial(state ?? new(), ended), new Unit()));
        On(WorkflowNames.Leave, (state, departure) => (Ledger.Leave(state ?? new(), departure), new Unit()));
    }
}
