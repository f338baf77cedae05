using System.Text.Json;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Tests.Golden;

/// <summary>Losses, optimizers, clipping and schedules against PyTorch: what make_golden.py wrote.</summary>
public class LearningGoldenTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private static readonly GoldenLearning Learning = Read<GoldenLearning>("learning");

    private static readonly Dictionary<string, double[]> Schedules = Read<Dictionary<string, double[]>>("schedules");

    private static readonly SgdSpec Sgd = new() { LearningRate = 0.1 };

    public static TheoryData<string, LossSpec, OptimizerSpec> Cases => new()
    {
        { "crossEntropy", new CrossEntropySpec { IgnoreIndex = -100, LabelSmoothing = 0.15 }, Sgd },
        { "binaryCrossEntropy", new BinaryCrossEntropySpec(), Sgd },
        { "meanSquaredError", new MeanSquaredErrorSpec(), Sgd },
        { "huber", new HuberSpec { Delta = 0.7 }, Sgd },
        { "momentum", new MeanSquaredErrorSpec(), new SgdSpec { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 0.02 } },
        { "adamw", new MeanSquaredErrorSpec(), new AdamWSpec { LearningRate = 0.02, Beta1 = 0.8, Beta2 = 0.95, WeightDecay = 0.1 } },
        { "rmsprop", new MeanSquaredErrorSpec(), new RmsPropSpec { LearningRate = 0.01, Alpha = 0.9, Epsilon = 1e-6, WeightDecay = 0.02 } },
        {
            "centered", new MeanSquaredErrorSpec(),
            new RmsPropSpec { LearningRate = 0.002, Alpha = 0.95, Epsilon = 1e-3, Momentum = 0.8, Centered = true }
        },
        { "lion", new MeanSquaredErrorSpec(), new LionSpec { LearningRate = 0.01, Beta1 = 0.85, Beta2 = 0.95, WeightDecay = 0.1 } },
        { "clipNorm", new MeanSquaredErrorSpec(), Sgd with { ClipNorm = 0.3 } },
    };

    public static TheoryData<string, double, ScheduleSpec> Rates => new()
    {
        { "step", 0.4, new StepScheduleSpec { Every = 2, Factor = 0.3 } },
        { "cosine", 0.4, new CosineScheduleSpec { Minimum = 0.01 } },
        { "oneCycle", 0.4, new OneCycleScheduleSpec() },
        { "oneCycle with a maximum", 0.4, new OneCycleScheduleSpec { Maximum = 2, RisingShare = 0.43 } },
        { "constant, warmed up", 0.4, new ConstantScheduleSpec { WarmUpSteps = 3 } },
        { "step, warmed up", 0.4, new StepScheduleSpec { Every = 1, Factor = 0.3, WarmUpEpochs = 0.6 } },
        { "cosine, warmed up", 0.4, new CosineScheduleSpec { Minimum = 0.01, WarmUpSteps = 3 } },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Twenty_steps_go_where_PyTorch_goes(string name, LossSpec lossSpec, OptimizerSpec optimizerSpec)
    {
        var golden = Learning.Cases[name];
        var samples = Learning.Inputs.Length / 6;
        var targets = golden.Targets.Length / samples;
        LayerSpec[] layers = [new LinearLayer { Units = 8 }, new TanhLayer(), new LinearLayer { Units = 3 }];
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, [6], lossSpec, targets);
        using var processor = new CpuProcessor();
        var tensors = new ModelTensors(graph);
        foreach (var tensor in tensors.Parameters)
            tensor.Write(Learning.Initial[tensor.Name]);
        var executable = processor.Compile(graph, tensors, Learning.Batch);
        var (loss, optimizer) = (Loss.Of(lossSpec), Optimizer.Of(optimizerSpec, tensors));
        var clip = optimizerSpec.ClipNorm is { } bound ? new GradientClip(bound, tensors) : null;

        for (var step = 1; step <= 20; step++)
        {
            var start = (step - 1) * Learning.Batch % samples;
            var batch = golden.Targets.AsSpan(start * targets, Learning.Batch * targets);
            Learning.Inputs.AsSpan(start * 6, Learning.Batch * 6).CopyTo(executable.Input);
            executable.Forward(new Pass(Learning.Batch, Training: true));
            var value = loss.Sum(executable.Output, batch, executable.OutputGradient) / loss.CountOf(batch);
            Assert.True(Math.Abs(value - golden.Losses[step - 1]) <= 1e-5, $"Step {step}: loss {value}, not {golden.Losses[step - 1]}.");
            executable.Backward();
            clip?.Apply();
            optimizer.Step(step, optimizerSpec.LearningRate);
        }

        foreach (var tensor in tensors.Parameters)
        {
            var worst = tensor.Values.ToArray().Zip(golden.Final[tensor.Name], (ours, theirs) => Math.Abs(ours - theirs)).Max();
            Assert.True(worst <= 2e-5, $"{tensor.Name} is off by {worst}.");
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Every_rate_of_a_schedule_is_that_of_PyTorch(string name, double learningRate, ScheduleSpec schedule)
    {
        var rates = new RateSchedule(new SgdSpec { LearningRate = learningRate, Schedule = schedule }, stepsPerEpoch: 5, epochs: 4);

        Assert.Equal(20, Schedules[name].Length);
        for (var step = 0; step < 20; step++)
            Assert.Equal(Schedules[name][step], rates.At(step), 1e-9);
    }

    private static T Read<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json")), Options)!;

    private sealed record GoldenLearning(int Batch, float[] Inputs, Dictionary<string, float[]> Initial, Dictionary<string, GoldenCase> Cases);

    private sealed record GoldenCase(float[] Targets, double[] Losses, Dictionary<string, float[]> Final);
}
