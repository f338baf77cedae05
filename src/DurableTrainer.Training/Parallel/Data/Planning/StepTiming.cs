namespace DurableTrainer.Training.Parallel.Data.Planning;

/// <summary>How long a step took whose batch was shared.</summary>
/// <param name="Step">Steps of the trial that were done before.</param>
/// <param name="Shards">Samples of each unit.</param>
/// <param name="UnitSeconds">That each unit worked; what it waited for others is not in it.</param>
/// <param name="SharedSeconds">From its begin to when the last unit was done, with their waiting for each other.</param>
/// <param name="LossSum">The sum of the losses of its targets.</param>
/// <param name="Seconds">All of it, with what is done once for all: giving out parameters, adding up gradients, moving.</param>
internal sealed record StepTiming(long Step, int[] Shards, double[] UnitSeconds, double SharedSeconds, double LossSum, double Seconds);
