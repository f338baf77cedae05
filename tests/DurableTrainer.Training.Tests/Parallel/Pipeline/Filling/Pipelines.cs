using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

/// <summary>Pipelined trials on the digits whose stages take some milliseconds, so that there are gaps worth filling.</summary>
internal static class Pipelines
{
    /// <summary>Of two stages whose gaps may be filled.</summary>
    public static PipelineParallelSpec TwoUnits { get; } = new() { MicroBatches = 2, Fill = new PipelineFillSpec() };

    public static TrainingSpec Spec { get; } = Digits.Perceptron with
    {
        Model = new ModelSpec
        {
            Layers =
            [
                new FlattenLayer(), new LinearLayer { Units = 512 }, new ReluLayer(), new LinearLayer { Units = 512 }, new ReluLayer(),
                new LinearLayer { Units = 512 }, new ReluLayer(), new LinearLayer { Units = 10 },
            ],
        },
        BatchSize = 256,
        Parallel = TwoUnits,
    };

    public static PipelineSession Open(int trial, FillPlace? place, bool fillersYield = true, Action<int>? endProcess = null) => new(
        Spec, Digits.Dataset, Digits.Split, Digits.Seed, trial,
        surroundings: new PipelineSurroundings
        {
            Place = place,
            FillersYield = fillersYield,
            EndProcess = endProcess ?? (id => Assert.Fail($"Process {id} was ended.")),
        });

    /// <summary>What a trial comes to that meets nobody.</summary>
    public static byte[] Alone(int trial, int epochs)
    {
        using var session = Open(trial, place: null);
        Run(session, epochs);
        return session.Capture().Write();
    }

    public static void Run(PipelineSession session, int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
            session.RunEpoch();
    }
}
