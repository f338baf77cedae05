using DurableTrainer.Bench.Train;
using DurableTrainer.Bench.Train.Contestants;

namespace DurableTrainer.Bench.Tests.Train;

public class WorkloadTests
{
    /// <summary>Sum of numel() over parameters() of the models in pytorch_workloads.py.</summary>
    private static readonly Dictionary<string, long> PyTorch = new()
    {
        ["mlp"] = 235_146,
        ["cnn"] = 105_866,
        ["digits-cnn"] = 151_498,
        ["transformer"] = 112_448,
    };

    [Fact]
    public void Every_model_has_as_many_parameters_as_in_PyTorch() =>
        Assert.Equal(PyTorch, Workload.All.ToDictionary(workload => workload.Name, workload => workload.Graph.ParameterCount));

    public static TheoryData<string> Names => [.. Workload.All.Select(workload => workload.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_workload_takes_steps(string name)
    {
        using var loop = new StepLoop(Workload.Named(name), batch: 2, threads: 2);

        var stint = loop.Run(seconds: 0.001);

        Assert.True(stint.Steps > 0 && stint.Seconds >= 0.001 && stint.PeakMemoryBytes > 0, $"{stint}");
        Assert.Equal(PyTorch[name], loop.ParameterCount);
    }

    [Fact]
    public void Tokens_are_of_the_vocabulary()
    {
        var (inputs, targets) = (new float[10_000], new float[10_000]);

        Workload.Named("transformer").FillInputs(inputs, new Random(1));
        Workload.Named("transformer").FillTargets(targets, new Random(2));

        Assert.Equal(Enumerable.Range(0, 64), inputs.Select(input => (int)input).Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 64), targets.Select(target => (int)target).Distinct().Order());
    }

    [Fact]
    public void Inputs_are_of_the_normal_distribution()
    {
        var inputs = new float[100_000];

        Workload.Named("mlp").FillInputs(inputs, new Random(1));

        Assert.Equal(0, inputs.Average(), 0.02);
        Assert.Equal(1, inputs.Average(input => input * input), 0.02);
    }
}
