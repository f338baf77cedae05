using DurableTrainer.Core.Training;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A trial that a process of its own trains.</summary>
/// <param name="Trial">Its number, by which its parameters begin.</param>
/// <param name="Epochs">How many.</param>
/// <param name="MicroBatches">m.</param>
/// <param name="Schedule">Their order.</param>
/// <param name="DutyCycles">Of the units.</param>
/// <param name="Cuts">After how many nodes the model is cut; as the planner says when null.</param>
/// <param name="Place">Folder in which it meets others; it is alone when null.</param>
internal sealed record TrialSetting(
    int Trial, int Epochs, int MicroBatches, PipelineSchedule Schedule, double[] DutyCycles, int[]? Cuts = null, string? Place = null);

/// <summary>What came of it.</summary>
/// <param name="Batches">In their order.</param>
/// <param name="Weights">A hash of the checkpoint at its end.</param>
/// <param name="Costs">What stages took for a micro-batch, seconds: forward, back to inputs, back to weights.</param>
/// <param name="Plans">What was told of it.</param>
internal sealed record TrialOutcome(BatchTime[] Batches, string Weights, double[][] Costs, string[] Plans);

/// <param name="Start">Seconds, by the clock of this machine.</param>
/// <param name="End">Seconds, by the clock of this machine.</param>
/// <param name="IsFilled">Whether another was let into its gaps.</param>
internal sealed record BatchTime(double Start, double End, bool IsFilled);
