using System.Text.Json.Serialization;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>What a tenant may use, has used and holds: the artifact <c>account.json</c>, and what <c>dtrain quota</c> shows.</summary>
public sealed record TenantAccount
{
    public required string Tenant { get; init; }

    public QuotaPeriod Period { get; init; }

    /// <summary>When the period began that what is consumed counts from; null without a period.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>The tenant's share of workers that several tenants want at once.</summary>
    public double Weight { get; init; }

    /// <summary>Every resource, bounded or not.</summary>
    public required IReadOnlyList<ResourceAccount> Resources { get; init; }

    public required IReadOnlyList<ExperimentAccount> Experiments { get; init; }

    /// <summary>What there is too little of for an experiment that would be let in now, behind those that wait.</summary>
    public IReadOnlyList<Excess> WouldExceed(Amounts asked) =>
    [
        .. from account in Resources
           let reserved = account.Reserved + Experiments.Where(experiment => experiment.IsWaiting).Sum(experiment => experiment.Asked.Of(account.Resource))
           where account.Allowed is { } allowed && !(account.Used + reserved + asked[account.Resource] <= allowed)
           select new Excess(account.Resource, asked[account.Resource], account.Used, reserved, account.Allowed ?? 0),
    ];

    /// <param name="tenant">Its name.</param>
    /// <param name="quota">What it may use, as it is set now.</param>
    /// <param name="ledger">Its books.</param>
    public static TenantAccount Of(string tenant, Quota quota, LedgerState ledger) => new()
    {
        Tenant = tenant,
        Period = quota.Period,
        PeriodStart = quota.Period == QuotaPeriod.None || ledger.PeriodStart == default ? null : ledger.PeriodStart,
        Weight = quota.Weight,
        Resources =
        [
            .. Tuning.Quotas.Resources.All.Select(resource => new ResourceAccount(
                resource,
                Ledger.UsedOf(ledger, resource),
                ledger.Running.Sum(holding => holding.Reserved.Of(resource)),
                quota.Allowed[resource])),
        ],
        Experiments =
        [
            .. ledger.Running.Select(holding => new ExperimentAccount(holding.Experiment, IsWaiting: false, holding.Asked, holding.Charged)),
            .. ledger.Waiting.Select(holding => new ExperimentAccount(holding.Experiment, IsWaiting: true, holding.Asked, holding.Charged)),
        ],
    };
}

/// <param name="Resource">Which.</param>
/// <param name="Used">What is used.</param>
/// <param name="Reserved">What is held for experiments that run.</param>
/// <param name="Allowed">What the tenant may use; null without a bound.</param>
public sealed record ResourceAccount(Resource Resource, decimal Used, decimal Reserved, decimal? Allowed);

/// <param name="Experiment">Its id.</param>
/// <param name="IsWaiting">Whether it waits to be let in.</param>
/// <param name="Asked">What it may come to.</param>
/// <param name="Charged">What it has used up.</param>
public sealed record ExperimentAccount(string Experiment, [property: JsonPropertyName("waiting")] bool IsWaiting, Amounts Asked, Amounts Charged);
