using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch.Tests.Operations;

public class DropoutTests
{
    private const int Count = 40;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void What_the_CPU_processor_drops_is_dropped(double rate)
    {
        var graph = Graph(rate, 997);
        using var cpu = new CpuProcessor();
        foreach (var step in (long[])[0, 1, 77_777])
        {
            var pass = new Pass(Count, Training: true, Seed: 9_876_543_210, Trial: 2, Step: step);
            var executable = cpu.Compile(graph, new ModelTensors(graph), Count);
            executable.Input.Fill(1);
            executable.Forward(pass);

            Assert.Equal(executable.Output.ToArray(), Torch(graph, pass));
        }
    }

    [Fact]
    public void Of_images_as_many_are_dropped_and_the_rest_is_scaled()
    {
        var y = Torch(Graph(0.3, 10, 10, 10), new Pass(Count, Training: true, Seed: 1));

        Assert.InRange(y.Count(value => value == 0), 0.29 * y.Length, 0.31 * y.Length);
        Assert.All(y, value => Assert.True(value == 0 || value == (float)(1 / 0.7)));
    }

    [Fact]
    public void Inference_drops_nothing() => Assert.All(Torch(Graph(0.9, 50), Pass.Inference(Count)), value => Assert.Equal(1, value));

    [Fact]
    public void Values_of_16_bits_keep_their_mean()
    {
        var x = torch.ones(200_000, torch.bfloat16);

        var y = TorchOperationsOf(x).to_type(torch.float32).mean().item<float>();

        Assert.InRange(y, 0.995f, 1.005f);

        static torch.Tensor TorchOperationsOf(torch.Tensor x) =>
            DurableTrainer.Torch.Operations.Dropping.Apply(x, "node", 0.3, new Pass(1, Training: true));
    }

    private static Graph Graph(double rate, params int[] sample) =>
        GraphBuilder.Build(new ModelSpec { Layers = [new DropoutLayer { Rate = rate }] }, sample);

    private static float[] Torch(Graph graph, Pass pass)
    {
        using var processor = new TorchProcessor(torch.CPU, Precision.Float32, threads: 1);
        return processor.Run(() => new TorchGraph(graph, [], processor)
            .Forward(torch.ones([pass.Count, .. graph.Inputs[0].Shape.Select(size => (long)size)]), pass).data<float>().ToArray());
    }
}
