using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A trial that a process of its own trains.</summary>
/// <param name="Trial">Its number, by which its parameters begin.</param>
/// <param name="Epochs">How many.</param>
/// <param name="MicroBatches">m.</param>
internal sealed record TrialSetting(int Trial, int Epochs, int MicroBatches)
{
    /// <summary>Batches that are not filled, and then as many that are, and so on.</summary>
    public const int Block = 40;

    public PipelineSchedule Schedule { get; init; } = PipelineSchedule.OneForwardOneBackward;

    /// <summary>Of the units.</summary>
    public double[] DutyCycles { get; init; } = [1, 1];

    /// <summary>Convolutions of the first stage; the planner decides when null.</summary>
    public int? FirstConvolutions { get; init; }

    /// <summary>Folder in which it meets others; it is alone when null.</summary>
    public string? Place { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Batches">In their order.</param>
/// <param name="Weights">A hash of the checkpoint at its end.</param>
/// <param name="Windows">Batches of one cut, one after the other.</param>
/// <param name="Plans">What was told of it.</param>
/// <param name="Timeline">Of its last batches.</param>
internal sealed record TrialOutcome(BatchTime[] Batches, string Weights, SimulatedWindow[] Windows, string[] Plans, PipelineTimeline Timeline);

/// <summary>Some batches in a row.</summary>
/// <param name="Simulated">Seconds of a batch, from the medians of what its instructions took.</param>
/// <param name="Measured">The median of what a batch took, in seconds.</param>
internal sealed record SimulatedWindow(double Simulated, double Measured);

/// <param name="Start">Seconds, by the clock of this machine.</param>
/// <param name="End">Seconds, by the clock of this machine.</param>
/// <param name="IsFilled">Whether another was let into its gaps.</param>
internal sealed record BatchTime(double Start, double End, bool IsFilled)
{
    public double Seconds => End - Start;
}
