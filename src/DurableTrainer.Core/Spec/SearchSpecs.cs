using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec;

/// <summary>Who chooses the points.</summary>
public sealed record TunerSpec
{
    /// <summary>One of bandit, random, grid, sobol, tpe, gp.</summary>
    public TunerAgent Agent { get; init; } = TunerAgent.Bandit;

    /// <summary>Space-filling trials before the agent trusts what it learned.</summary>
    [AtLeast(0)]
    public int Startup { get; init; } = 10;

    /// <summary>Points to try first; parameters that one leaves out are chosen by the agent.</summary>
    public IReadOnlyList<Point> Points { get; init; } = [];

    /// <summary>Earlier experiments to start from; parameters are matched by name.</summary>
    public IReadOnlyList<string> TransferFrom { get; init; } = [];
}

public enum TunerAgent
{
    Bandit,
    Random,
    Grid,
    Sobol,
    Tpe,
    Gp,
}

/// <summary>The rule that continues and stops trials.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(NoSchedulerSpec), "none")]
[JsonDerivedType(typeof(AshaSpec), "asha")]
[JsonDerivedType(typeof(HyperbandSpec), "hyperband")]
[JsonDerivedType(typeof(MedianSpec), "median")]
public abstract record SchedulerSpec
{
    /// <summary>The epochs after which trials are compared first; 0 when they never are.</summary>
    [JsonIgnore]
    public virtual int FirstRung => 0;
}

/// <summary>Every trial runs to its last epoch.</summary>
public sealed record NoSchedulerSpec : SchedulerSpec;

/// <summary>Asynchronous successive halving, the stopping variant (Li et al. 2020).</summary>
public sealed record AshaSpec : SchedulerSpec
{
    /// <summary>The first rung.</summary>
    [AtLeast(1)]
    public int MinEpochs { get; init; } = 1;

    [JsonIgnore]
    public override int FirstRung => MinEpochs;

    /// <summary>The best 1/reduction of a rung go on; the next rung is so many times higher.</summary>
    [AtLeast(2)]
    public int Reduction { get; init; } = 3;
}

/// <summary>Several brackets of successive halving (Li et al. 2018).</summary>
public sealed record HyperbandSpec : SchedulerSpec
{
    /// <summary>The first rung of the first bracket.</summary>
    [AtLeast(1)]
    public int MinEpochs { get; init; } = 1;

    [JsonIgnore]
    public override int FirstRung => MinEpochs;

    /// <summary>The best 1/reduction of a rung go on; the next rung, and the first one of the next bracket, is so many times higher.</summary>
    [AtLeast(2)]
    public int Reduction { get; init; } = 3;
}

/// <summary>Stops a trial whose best is worse than the median of what others had on average up to the same epoch (Golovin et al. 2017).</summary>
public sealed record MedianSpec : SchedulerSpec
{
    /// <summary>No trial stops before.</summary>
    [AtLeast(1)]
    public int MinEpochs { get; init; } = 1;

    [JsonIgnore]
    public override int FirstRung => MinEpochs;

    /// <summary>No trial stops before so many others have come as far.</summary>
    [AtLeast(1)]
    public int MinTrials { get; init; } = 5;
}

/// <summary>How adjustable parameters of a running trial are changed.</summary>
public sealed record AdaptationSpec
{
    public AdaptationType Type { get; init; }

    [AtLeast(1)]
    public int EveryEpochs { get; init; } = 3;
}

public enum AdaptationType
{
    Pbt,
    Pb2,
}

/// <summary>When the search has found what there is to find.</summary>
public sealed record ConvergenceSpec
{
    public ConvergenceRule Rule { get; init; }

    /// <summary>Never before so many finished trials.</summary>
    [AtLeast(1)]
    public int MinTrials { get; init; } = 20;

    /// <summary>The rule must hold for so many finished trials in a row.</summary>
    [AtLeast(1)]
    public int Patience { get; init; } = 5;
}

public enum ConvergenceRule
{
    /// <summary>What is left to gain lies below the noise.</summary>
    Regret,

    /// <summary>The best has not improved.</summary>
    Plateau,
}

/// <summary>When and how the experiment is repeated.</summary>
public sealed record RetuneSpec
{
    /// <summary>A six-field NCrontab expression.</summary>
    public required string Schedule { get; init; }

    public Promotion Promote { get; init; } = Promotion.IfBetter;
}

public enum Promotion
{
    IfBetter,
    Always,
    Never,
}
