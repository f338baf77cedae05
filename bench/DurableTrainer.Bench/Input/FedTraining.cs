using System.Diagnostics;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Input;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Bench.Input;

/// <summary>A small convolutional network that trains on what an input pipeline makes ready, batch after batch, on one thread.</summary>
internal sealed class FedTraining : IDisposable
{
    public const int Batch = 32;

    private const int Samples = 64 * Batch;
    private const int Classes = 10;
    private static readonly int[] Shape = [3, 32, 32];

    private static readonly ModelSpec Model = new()
    {
        Layers =
        [
            new Conv2dLayer { Filters = 16, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new Conv2dLayer { Filters = 32, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new FlattenLayer(), new LinearLayer { Units = Classes },
        ],
    };

    private static readonly SgdSpec Optimizer = new() { LearningRate = 0.01 };

    private readonly CpuProcessor processor = new(1);
    private readonly CpuTrainingStep step;
    private readonly float[] targets = new float[Batch];
    private long steps;

    public FedTraining()
    {
        var graph = GraphBuilder.Build(Model, Shape);
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 0, trial: 0);
        step = new CpuTrainingStep(processor, graph, tensors, new CrossEntropySpec(), Optimizer, Batch);
        for (var i = 0; i < targets.Length; i++)
            targets[i] = i % Classes;
    }

    /// <summary>Samples that take so long to read.</summary>
    public static Dataset Data(TimeSpan cpuTime, TimeSpan latency) => DatasetReader.Read(
        new SyntheticDataSpec { Samples = Samples, Shape = Shape, Classes = Classes, CpuTime = cpuTime, Latency = latency }, "");

    /// <summary>Samples a second that it trains on when it never waits.</summary>
    public double RateAlone(double seconds)
    {
        step.Input.Fill(0.5f);
        var (start, first) = (Stopwatch.GetTimestamp(), steps);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            Step();
        return (steps - first) * Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Samples a second that it trains on when they come out of a pipeline.</summary>
    /// <param name="pipeline">Of nobody else.</param>
    /// <param name="unmeasured">Batches that come before it is measured.</param>
    /// <param name="seconds">How long it is measured.</param>
    public double Rate(InputPipeline pipeline, int unmeasured, double seconds)
    {
        var order = Enumerable.Range(0, Samples).ToArray();
        var (taken, start) = (0, Stopwatch.GetTimestamp());
        while (taken < unmeasured || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            if (taken % (Samples / Batch) == 0)
                pipeline.Start(order, taken / (Samples / Batch));
            pipeline.Take(step.Input);
            Step();
            if (++taken == unmeasured)
                start = Stopwatch.GetTimestamp();
        }

        var rate = (taken - unmeasured) * Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
        pipeline.Stop();
        return rate;
    }

    public void Dispose() => processor.Dispose();

    private void Step()
    {
        step.Forward(new Pass(Batch, Training: true, Step: steps), targets);
        step.Backward();
        step.Move(++steps, Optimizer.LearningRate);
    }
}
