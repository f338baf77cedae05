using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>
/// Learners that do not wait for each other: each takes the parameters as they are, computes the gradient of a batch, and has it applied to
/// what the parameters have become meanwhile, at a rate that falls with the staleness that it has seen.
/// </summary>
public sealed record AsyncParallelSpec : ParallelSpec, ISelfChecking
{
    /// <summary>Learners at most.</summary>
    public const int MostLearners = 64;

    /// <summary>Stalenesses that a window holds at most.</summary>
    public const int MostWindow = 4096;

    [JsonIgnore]
    public override string Mode => "async";

    /// <summary>How many learners compute gradients.</summary>
    [AtLeast(1), AtMost(MostLearners)]
    public int Learners { get; init; } = 4;

    /// <summary>What a learner is.</summary>
    public LearnerKind LearnerKind { get; init; }

    /// <summary>W, how many of its last stalenesses a learner remembers.</summary>
    [AtLeast(1), AtMost(MostWindow)]
    public int Window { get; init; } = 16;

    /// <summary>What a learner takes from its window, x, to have its update applied with the rate η/max(1, x).</summary>
    public StalenessContext Context { get; init; }

    /// <summary>The share of the window that lies at or below what <see cref="StalenessContext.Quantile"/> takes.</summary>
    [Above(0), AtMost(1)]
    public double Quantile { get; init; } = 0.75;

    /// <summary>The weight of the newest staleness in <see cref="StalenessContext.ExponentialAverage"/>.</summary>
    [Above(0), AtMost(1)]
    public double Smoothing { get; init; } = 0.2;

    /// <summary>c of <see cref="StalenessContext.Constant"/>, with which every update is applied at the rate cη.</summary>
    [Above(0), AtMost(1)]
    public double? Factor { get; init; }

    /// <summary>Updates that are staler are dropped and their batches computed again; none is when null.</summary>
    [AtLeast(0)]
    public int? MostStaleness { get; init; }

    /// <summary>How long a learner may take for a batch before the batch goes to another.</summary>
    [Above(0)]
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    IEnumerable<(string Field, string Message)> ISelfChecking.Check()
    {
        if (Context == StalenessContext.Constant && Factor is null)
            yield return ("factor", "is missing, must be given with the context constant");
        if (Context != StalenessContext.Constant && Factor is not null)
            yield return ("factor", "goes with the context constant alone, must be left out");
        if (MostStaleness < Learners - 1)
        {
            yield return ("mostStaleness", FormattableString.Invariant(
                $"is {MostStaleness}, must be at least {Learners - 1}: with {Learners} learners of equal speed every update is that stale"));
        }
    }
}

/// <summary>What a learner is.</summary>
public enum LearnerKind
{
    /// <summary>A thread of the worker.</summary>
    Threads,

    /// <summary>A process that the worker starts and talks with over loopback.</summary>
    Processes,
}

/// <summary>What the rate of an update is scaled by.</summary>
public enum StalenessContext
{
    /// <summary>The mean of the window.</summary>
    Mean,

    /// <summary>Its median.</summary>
    Median,

    /// <summary>Its value below which a share of it lies.</summary>
    Quantile,

    /// <summary>Its exponential average, from the oldest value to the newest.</summary>
    ExponentialAverage,

    /// <summary>The staleness of the update itself, as it is applied (Zhang, Gupta, Lian and Liu 2016, equation 6).</summary>
    Current,

    /// <summary>Nothing: every update has the whole rate.</summary>
    None,

    /// <summary>The same for every update.</summary>
    Constant,

    /// <summary>Nothing, as nothing is stale: all learners wait for each other, and the mean of their gradients is one update.</summary>
    Synchronous,
}
