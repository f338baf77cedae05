using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Virtual;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Async;

/// <summary>Sessions on the handwritten digits whose learners do not wait for each other.</summary>
internal static class Learners
{
    /// <summary>With layers that carry state and drop values, in batches of which the last is smaller.</summary>
    public static TrainingSpec Spec { get; } = Digits.Perceptron with
    {
        Model = new ModelSpec
        {
            Layers =
            [
                new FlattenLayer(), new LinearLayer { Units = 24 }, new BatchNormLayer(), new ReluLayer(), new DropoutLayer { Rate = 0.1 },
                new LinearLayer { Units = 10 },
            ],
        },
        Optimizer = new SgdSpec { LearningRate = 0.05, Momentum = 0.5 },
        BatchSize = 36,
    };

    public static AsyncSession InThreads(AsyncParallelSpec parallel, int threads = 4, TrainingSpec? spec = null, TimeProvider? time = null) =>
        New(parallel, spec, threads, new AsyncSurroundings { Time = time ?? TimeProvider.System });

    public static AsyncSession InVirtualTime(AsyncParallelSpec parallel, VirtualSetting? setting = null, TrainingSpec? spec = null) =>
        New(parallel, spec, 1, new AsyncSurroundings { Virtual = setting ?? new VirtualSetting(new ParetoDurations(1.3), Seed: 5) });

    private static AsyncSession New(AsyncParallelSpec parallel, TrainingSpec? spec, int threads, AsyncSurroundings surroundings) => new(
        (spec ?? Spec) with { Parallel = parallel }, Digits.Dataset, Digits.Split, Digits.Seed, trial: 3, threads, surroundings: surroundings);
}
