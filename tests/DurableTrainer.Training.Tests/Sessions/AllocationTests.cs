using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Metrics;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Tests.Sessions;

public class AllocationTests
{
    public static TheoryData<LossSpec, OptimizerSpec> Parts => new()
    {
        { new CrossEntropySpec { LabelSmoothing = 0.1, IgnoreIndex = 3, TopK = 2 }, new AdamWSpec { ClipNorm = 0.01 } },
        { new BinaryCrossEntropySpec(), new RmsPropSpec { Momentum = 0.9, Centered = true, Schedule = new OneCycleScheduleSpec() } },
        { new MeanSquaredErrorSpec(), new LionSpec { ClipNorm = 1, Schedule = new CosineScheduleSpec { WarmUpSteps = 5 } } },
        { new HuberSpec(), new SgdSpec { Momentum = 0.9, Schedule = new StepScheduleSpec { Every = 1 } } },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_step_of_training_allocates_nothing(LossSpec lossSpec, OptimizerSpec optimizerSpec)
    {
        const int Batch = 8;
        LayerSpec[] layers =
        [
            new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new FlattenLayer(), new DropoutLayer { Rate = 0.3 },
            new ResidualLayer { Layers = [new LinearLayer { Units = 128 }, new GeluLayer()] }, new LinearLayer { Units = 10 },
        ];
        var targetsPerSample = lossSpec is CrossEntropySpec ? 1 : 10;
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, [1, 8, 8], lossSpec, targetsPerSample);
        using var processor = new CpuProcessor();
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 1, trial: 0);
        var executable = processor.Compile(graph, tensors, Batch);
        var (loss, optimizer) = (Loss.Of(lossSpec), Optimizer.Of(optimizerSpec, tensors));
        var clip = new GradientClip(optimizerSpec.ClipNorm ?? 1, tensors);
        var rates = new RateSchedule(optimizerSpec, stepsPerEpoch: 10, epochs: 10);
        var metrics = MetricSum.Of(lossSpec, targetsPerSample);
        float[] targets = [.. Enumerable.Range(0, Batch * targetsPerSample).Select(i => lossSpec is CrossEntropySpec ? i % 10 : i % 2f)];
        executable.Input.Fill(0.5f);
        for (var step = 1; step <= 40; step++)
            Step(step);

        // The runtime allocates on this thread, too, when it happens to exchange code; what a step allocates, it allocates in every stretch.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(stretch => AllocatedBySteps(41 + 100 * stretch)));

        long AllocatedBySteps(int first)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = first; step < first + 100; step++)
                Step(step);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Step(int step)
        {
            executable.Forward(new Pass(Batch, Training: true, Seed: 1, Trial: 2, Step: step));
            metrics.Add(executable.Output, targets, loss.Sum(executable.Output, targets, executable.OutputGradient));
            executable.Backward();
            clip.Apply();
            optimizer.Step(step, rates.At(step));
        }
    }
}
