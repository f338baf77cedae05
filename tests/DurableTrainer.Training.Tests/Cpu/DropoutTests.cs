using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Cpu;

public class DropoutTests
{
    private const int Count = 100;
    private const int Size = 997;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_rate_is_dropped_and_the_rest_scaled_so_that_the_mean_stays(double rate)
    {
        var (y, _) = Run(rate, new Pass(Count, Training: true, Seed: 1, Trial: 2, Step: 3));

        var kept = y.Count(value => value != 0);
        var deviation = Math.Sqrt(Count * Size * rate * (1 - rate));
        Assert.InRange(kept, (1 - rate) * Count * Size - 4 * deviation, (1 - rate) * Count * Size + 4 * deviation);
        Assert.All(y, value => Assert.True(value == 0 || value == (float)(1 / (1 - rate))));
    }

    [Fact]
    public void The_way_back_drops_what_the_way_forward_dropped()
    {
        var (y, dx) = Run(0.4, new Pass(Count, Training: true, Seed: 1, Trial: 2, Step: 3));

        Assert.Equal(y, dx);
    }

    [Fact]
    public void The_mask_follows_from_seed_trial_and_step()
    {
        var pass = new Pass(Count, Training: true, Seed: 1, Trial: 2, Step: 3);
        var (y, _) = Run(0.5, pass);

        Assert.Equal(y, Run(0.5, pass, threads: 3).Y);
        foreach (var other in new[] { pass with { Seed = 2 }, pass with { Trial = 3 }, pass with { Step = 4 } })
        {
            var same = y.Zip(Run(0.5, other).Y, (a, b) => a == b).Count(equal => equal);
            Assert.InRange(same, 0.48 * Count * Size, 0.52 * Count * Size);
        }
    }

    [Fact]
    public void Neighbours_are_dropped_independently()
    {
        var (y, _) = Run(0.5, new Pass(Count, Training: true, Seed: 9));

        foreach (var distance in new[] { 1, 2, 16, 64, 1024 })
        {
            var same = y.Skip(distance).Zip(y, (a, b) => a == b).Count(equal => equal);
            Assert.InRange(same, 0.485 * Count * Size, 0.515 * Count * Size);
        }
    }

    [Fact]
    public void Inference_drops_nothing() => Assert.All(Run(0.5, Pass.Inference(Count)).Y, value => Assert.Equal(1, value));

    private static (float[] Y, float[] Dx) Run(double rate, Pass pass, int threads = 1)
    {
        var graph = new TwinCase(new DropoutOperation(rate), [Size], Count).Graph;
        using var processor = new CpuProcessor(threads);
        var executable = processor.Compile(graph, new ModelTensors(graph), Count, new CompileOptions { InputGradient = true });
        executable.Input.Fill(1);
        executable.Forward(pass);
        executable.OutputGradient.Fill(1);
        executable.Backward();
        return (executable.Output.ToArray(), executable.InputGradient.ToArray());
    }
}
