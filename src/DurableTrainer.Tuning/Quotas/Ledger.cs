using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Quotas;

/// <summary>A slice that was done.</summary>
/// <param name="Experiment">Its experiment's id.</param>
/// <param name="Trial">Its trial.</param>
/// <param name="Slice">Its number: (experiment, trial, slice) is charged once.</param>
/// <param name="Usage">What it used.</param>
/// <param name="NextEpochs">Epochs of the slice that is to follow; 0 when none is.</param>
/// <param name="Now">The time.</param>
public sealed record Settlement(string Experiment, int Trial, int Slice, Usage Usage, int NextEpochs, DateTimeOffset Now);

/// <summary>A trial that is about to begin.</summary>
/// <param name="Experiment">Its experiment's id.</param>
/// <param name="Trial">Its number.</param>
/// <param name="Epochs">Epochs of its first slice.</param>
/// <param name="Now">The time.</param>
public sealed record TrialStart(string Experiment, int Trial, int Epochs, DateTimeOffset Now);

/// <param name="Experiment">Its id.</param>
/// <param name="Trial">The trial of it that has ended.</param>
public sealed record SettledTrial(string Experiment, int Trial);

/// <summary>An experiment that has ended.</summary>
/// <param name="Experiment">Its id.</param>
/// <param name="StoredBytes">What its artifacts take.</param>
/// <param name="Now">The time.</param>
public sealed record Departure(string Experiment, long StoredBytes, DateTimeOffset Now);

/// <summary>
/// The books of a tenant: lets experiments in, charges their slices, and gives back what they did not use. State and question in, next state
/// and answer out; a question that is asked twice gets the same answer and charges nothing more.
/// </summary>
public static class Ledger
{
    /// <summary>
    /// Lets an experiment in if what it may come to fits beside what is used, what is held for others, and what others wait for that came
    /// before it: nobody overtakes, so that nobody waits for ever.
    /// </summary>
    public static (LedgerState State, Admission Answer) Admit(LedgerState state, AdmissionRequest request)
    {
        state = InPeriod(state with { Quota = request.Quota }, request.Now);
        if (Find(state.Running, request.Experiment) is not null)
            return (Changed(state), new Admission(AdmissionVerdict.Admitted, []));
        var ahead = state.Waiting.TakeWhile(waiting => waiting.Experiment != request.Experiment);
        var exceeded = Exceeded(state, request.Asked, [.. state.Running, .. ahead]);
        var others = Without(state.Waiting, request.Experiment);
        var holding = new Holding { Experiment = request.Experiment, Asked = request.Asked };
        if (exceeded.Count == 0)
            return (Changed(state with { Running = [.. state.Running, holding], Waiting = others }), new Admission(AdmissionVerdict.Admitted, []));
        if (request.OnExceed == OnExceed.Reject || exceeded.Any(excess => excess.IsForGood))
            return (Changed(state with { Waiting = others }), new Admission(AdmissionVerdict.Rejected, exceeded));
        var waits = Find(state.Waiting, request.Experiment) is not null;
        return (Changed(waits ? state : state with { Waiting = [.. state.Waiting, holding] }), new Admission(AdmissionVerdict.Waiting, exceeded));
    }

    /// <summary>Whether there is enough for the first slice of a trial, beside what runs.</summary>
    /// <returns>Why the trial should not start, as a sentence; null when it may.</returns>
    public static (LedgerState State, string? Spent) Begin(LedgerState state, TrialStart start)
    {
        state = InPeriod(state, start.Now);
        var holding = HoldingOf(state, start.Experiment);
        return Judged(state, holding with { Settled = holding.Settled.WithBegun(start.Trial, start.Epochs) });
    }

    /// <summary>Charges a slice, once.</summary>
    /// <returns>Why the experiment should start nothing more, as a sentence; null while there is enough.</returns>
    public static (LedgerState State, string? Spent) Settle(LedgerState state, Settlement settlement)
    {
        state = InPeriod(state, settlement.Now);
        var holding = HoldingOf(state, settlement.Experiment);
        if (holding.Settled.Contains(settlement.Trial, settlement.Slice))
            return (state, holding.Spent);
        var charge = state.Quota.ChargeOf(settlement.Usage);
        return Judged(state with { Used = state.Used + charge }, holding with
        {
            Charged = holding.Charged + charge,
            Slices = holding.Slices + 1,
            Epochs = holding.Epochs + settlement.Usage.Epochs,
            Settled = holding.Settled.With(settlement.Trial, settlement.Slice, settlement.NextEpochs),
        });
    }

    /// <summary>Takes in that a trial has ended.</summary>
    public static LedgerState EndTrial(LedgerState state, SettledTrial ended) => Find(state.Running, ended.Experiment) is { } holding
        ? Changed(state with { Running = Replaced(state.Running, holding with { Settled = holding.Settled.WithEnded(ended.Trial) }) })
        : state;

    /// <summary>Gives back what was held for an experiment that has ended, or no longer waits.</summary>
    public static LedgerState Leave(LedgerState state, Departure departure)
    {
        state = InPeriod(state, departure.Now);
        var wasThere = Find(state.Running, departure.Experiment) is not null;
        return Changed(state with
        {
            Running = Without(state.Running, departure.Experiment),
            Waiting = Without(state.Waiting, departure.Experiment),
            Stored = state.Stored + (wasThere ? departure.StoredBytes : 0),
        });
    }

    /// <summary>What is used of a resource now, without what is held.</summary>
    public static decimal UsedOf(LedgerState state, Resource resource) => resource == Resource.Storage ? state.Stored : state.Used.Of(resource);

    private static List<Excess> Exceeded(LedgerState state, Amounts asked, IReadOnlyList<Holding> others)
    {
        var exceeded = new List<Excess>();
        foreach (var resource in state.Quota.Allowed.Named)
        {
            var (used, allowed) = (UsedOf(state, resource), state.Quota.Allowed.Of(resource));
            var reserved = others.Sum(other => other.Reserved.Of(resource));
            if (!(used + reserved + asked[resource] <= allowed))
                exceeded.Add(new Excess(resource, asked[resource], used, reserved, allowed));
        }

        return exceeded;
    }

    /// <summary>Once it was told that there is too little, it stays so: what runs ends, and nothing more starts.</summary>
    private static (LedgerState State, string? Spent) Judged(LedgerState state, Holding holding)
    {
        holding = holding with { Spent = holding.Spent ?? WhySpent(state, holding) };
        return (Changed(state with { Running = Replaced(state.Running, holding) }), holding.Spent);
    }

    /// <summary>What is left must do for the slices that run or are to follow, as epochs have been so far.</summary>
    private static string? WhySpent(LedgerState state, Holding holding)
    {
        foreach (var resource in state.Quota.Allowed.Named.Where(Resources.IsConsumed))
        {
            var (used, allowed) = (state.Used.Of(resource), state.Quota.Allowed.Of(resource));
            var forOthers = state.Running.Where(other => other.Experiment != holding.Experiment).Sum(other => other.Reserved.Of(resource));
            var epoch = holding.Epochs == 0 ? 0 : holding.Charged.Of(resource) / holding.Epochs;
            var (left, epochs) = (allowed - used - forOthers, holding.Settled.Open.Values.Sum(trial => trial.Epochs));
            if (left < epoch * epochs || left <= 0)
            {
                return $"quota: {Resources.NameOf(resource)} is nearly spent: used {Resources.Text(resource, used)}, "
                    + $"reserved for others {Resources.Text(resource, forOthers)}, allowed {Resources.Text(resource, allowed)}; "
                    + $"{epochs} epochs more would take about {Resources.Text(resource, epoch * epochs)}";
            }
        }

        return null;
    }

    private static Holding HoldingOf(LedgerState state, string experiment) =>
        Find(state.Running, experiment) ?? new Holding { Experiment = experiment, Asked = Amounts.None };

    private static LedgerState InPeriod(LedgerState state, DateTimeOffset now) =>
        state.Quota.PeriodStart(now) is var start && start > state.PeriodStart ? state with { PeriodStart = start, Used = Amounts.None } : state;

    private static LedgerState Changed(LedgerState state) => state with { Version = state.Version + 1 };

    private static Holding? Find(IReadOnlyList<Holding> holdings, string experiment) => holdings.FirstOrDefault(holding => holding.Experiment == experiment);

    private static Holding[] Without(IReadOnlyList<Holding> holdings, string experiment) => [.. holdings.Where(holding => holding.Experiment != experiment)];

    private static Holding[] Replaced(IReadOnlyList<Holding> holdings, Holding changed) => Find(holdings, changed.Experiment) is null
        ? [.. holdings, changed]
        : [.. holdings.Select(holding => holding.Experiment == changed.Experiment ? changed : holding)];
}
