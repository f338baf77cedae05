namespace DurableTrainer.Tuning.Quotas;

/// <summary>What a tenant has used, and what is held for its experiments.</summary>
public sealed record LedgerState
{
    /// <summary>Grows with every change.</summary>
    public long Version { get; init; }

    public Quota Quota { get; init; } = Quota.Unlimited;

    /// <summary>When the period began that <see cref="Used"/> is of.</summary>
    public DateTimeOffset PeriodStart { get; init; }

    /// <summary>What was used up in this period.</summary>
    public Amounts Used { get; init; } = Amounts.None;

    /// <summary>Bytes of artifacts of experiments that have ended.</summary>
    public decimal Stored { get; init; }

    /// <summary>Experiments that were let in and have not ended, the first in front.</summary>
    public IReadOnlyList<Holding> Running { get; init; } = [];

    /// <summary>Experiments that wait to be let in, the first in front.</summary>
    public IReadOnlyList<Holding> Waiting { get; init; } = [];
}

/// <summary>What is held for an experiment.</summary>
public sealed record Holding
{
    public required string Experiment { get; init; }

    /// <summary>What it may come to.</summary>
    public required Amounts Asked { get; init; }

    /// <summary>What it has used up.</summary>
    public Amounts Charged { get; init; } = Amounts.None;

    /// <summary>Slices that were charged.</summary>
    public int Slices { get; init; }

    /// <summary>Epochs that were charged.</summary>
    public int Epochs { get; init; }

    /// <summary>Why nothing more of it may start; null while there is enough.</summary>
    public string? Spent { get; init; }

    /// <summary>What of it was charged, so that nothing is charged twice.</summary>
    public SettledTrials Settled { get; init; } = new();

    /// <summary>What is still held for it.</summary>
    public Amounts Reserved => Asked - Charged.Only(Resources.IsConsumed);
}

/// <summary>Which slices have been charged: those of a trial come one after the other.</summary>
public sealed record SettledTrials
{
    /// <summary>All trials before this one have ended.</summary>
    public int EndedBefore { get; init; }

    /// <summary>Trials that have ended beside those.</summary>
    public IReadOnlyList<int> Ended { get; init; } = [];

    /// <summary>Trials that run.</summary>
    public IReadOnlyDictionary<int, OpenTrial> Open { get; init; } = new Dictionary<int, OpenTrial>();

    public bool Contains(int trial, int slice) => HasEnded(trial) || (Open.TryGetValue(trial, out var open) && slice < open.Slices);

    /// <summary>The same after a slice was charged.</summary>
    /// <param name="trial">Its trial.</param>
    /// <param name="slice">Its number.</param>
    /// <param name="nextEpochs">Epochs of the slice that follows.</param>
    public SettledTrials With(int trial, int slice, int nextEpochs) =>
        this with { Open = new Dictionary<int, OpenTrial>(Open) { [trial] = new OpenTrial(slice + 1, nextEpochs) } };

    /// <summary>The same after the first slice of a trial was begun.</summary>
    public SettledTrials WithBegun(int trial, int epochs) => HasEnded(trial) || Open.ContainsKey(trial) ? this : With(trial, -1, epochs);

    /// <summary>The same after a trial has ended: nothing more of it will be charged.</summary>
    public SettledTrials WithEnded(int trial)
    {
        if (HasEnded(trial))
            return this;
        var open = new Dictionary<int, OpenTrial>(Open);
        open.Remove(trial);
        var ended = Ended.Append(trial).ToHashSet();
        var before = EndedBefore;
        while (ended.Remove(before))
            before++;
        return new SettledTrials { EndedBefore = before, Ended = [.. ended.Order()], Open = open };
    }

    private bool HasEnded(int trial) => trial < EndedBefore || Ended.Contains(trial);
}

/// <param name="Slices">Slices of the trial that were charged.</param>
/// <param name="Epochs">Epochs of the one that runs.</param>
public sealed record OpenTrial(int Slices, int Epochs);
