using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner;

/// <summary>What a run of the bench <c>tuner</c> measures.</summary>
internal sealed record TunerSettings
{
    public required IReadOnlyList<SearchTask> Tasks { get; init; }

    public required IReadOnlyList<TunerAgent> Agents { get; init; }

    public required int Seeds { get; init; }

    public required int Trials { get; init; }

    /// <summary>Proposals that are asked for before any of them is told.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Searches at a time.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>After so long no more searches are started; never when infinite.</summary>
    public TimeSpan Patience { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long the trials may take that come before timed proposals; for ever when infinite.</summary>
    public TimeSpan ProposalPatience { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Where tables go; standard error when null.</summary>
    public MarkedFile? TablesFile { get; init; }

    /// <summary>The folder that pictures go to; there are none when null.</summary>
    public string? Pictures { get; init; }

    /// <summary>The agent that is compared with all others.</summary>
    public TunerAgent Candidate => Agents.Contains(TunerAgent.Bandit) ? TunerAgent.Bandit : Agents[0];

    /// <summary>With batches, the same searches one proposal at a time come first, to compare.</summary>
    public IReadOnlyList<int> Batches => Batch == 1 ? [1] : [1, Batch];
}
