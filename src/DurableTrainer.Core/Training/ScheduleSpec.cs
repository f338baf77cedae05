using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>
/// How the learning rate η goes on from step to step. It follows from the step, the steps of an epoch and the epochs of a trial alone. A
/// name alone (<c>"cosine"</c>) means the defaults.
/// </summary>
/// <remarks>
/// A warm-up of W steps takes the rate from r/(W + 1) in a straight line to r, the schedule's first rate; the schedule then runs over
/// the steps that are left.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantScheduleSpec), "constant")]
[JsonDerivedType(typeof(StepScheduleSpec), "step")]
[JsonDerivedType(typeof(CosineScheduleSpec), "cosine")]
[JsonDerivedType(typeof(OneCycleScheduleSpec), "oneCycle")]
public abstract record ScheduleSpec : ISelfChecking
{
    /// <summary>Optimizer steps of the warm-up.</summary>
    [AtLeast(0)]
    public int? WarmUpSteps { get; init; }

    /// <summary>Epochs of the warm-up, or a part of one; instead of steps.</summary>
    [AtLeast(0)]
    public double? WarmUpEpochs { get; init; }

    IEnumerable<(string Field, string Message)> ISelfChecking.Check()
    {
        if (WarmUpSteps is not null && WarmUpEpochs is not null)
            yield return ("warmUpEpochs", "is given beside warmUpSteps, must be the only one of the two");
    }
}

/// <summary>Always η.</summary>
public sealed record ConstantScheduleSpec : ScheduleSpec;

/// <summary>η · factorⁿ after n times <see cref="Every"/> epochs.</summary>
public sealed record StepScheduleSpec : ScheduleSpec
{
    /// <summary>Epochs from one change to the next.</summary>
    [AtLeast(1)]
    public required int Every { get; init; }

    [Above(0), AtMost(1)]
    public double Factor { get; init; } = 0.1;
}

/// <summary>From η down to <see cref="Minimum"/> along half a cosine (Loshchilov and Hutter 2017, equation 5, without restarts).</summary>
public sealed record CosineScheduleSpec : ScheduleSpec
{
    /// <summary>The rate after the last step; at most η.</summary>
    [AtLeast(0)]
    public double Minimum { get; init; }
}

/// <summary>
/// From η/25 up to η and then down to η/250,000, each along half a cosine (Smith and Topin 2018, in the form of PyTorch's OneCycleLR).
/// </summary>
public sealed record OneCycleScheduleSpec : ScheduleSpec
{
    /// <summary>The rate at the top; η when null.</summary>
    [Above(0)]
    public double? Maximum { get; init; }

    /// <summary>The share of the steps on which the rate rises.</summary>
    [Above(0), Below(1)]
    public double RisingShare { get; init; } = 0.3;
}
