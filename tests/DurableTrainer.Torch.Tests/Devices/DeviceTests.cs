using DurableTrainer.Core.Training;
using DurableTrainer.Torch.Devices;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch.Tests.Devices;

public class DeviceTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("CPU")]
    [InlineData("")]
    public void A_name_that_is_none_is_refused(string name) => Assert.Equal(
        $"\"{name}\" is no device; choose \"cpu\", \"cuda\" or, for another than the first GPU, \"cuda:1\" and so on.", Refusal(name));

    [Fact]
    public void A_GPU_that_is_not_there_is_refused_with_what_it_takes()
    {
        if (torch.cuda.is_available())
        {
            Assert.StartsWith("There is no \"cuda:99\": this machine has ", Refusal("cuda:99"), StringComparison.Ordinal);
            return;
        }

        Assert.Equal(
            "This machine has no CUDA device that torch can use, so there is no \"cuda:0\"; it takes an NVIDIA GPU, its driver and the "
                + "package libtorch-cuda. Choose \"cpu\" to do without.",
            Refusal("cuda:0"));
    }

    [Fact]
    public void The_memory_of_the_CPU_is_that_of_the_process() =>
        Assert.Null(new TorchProcessorFactory(new TorchOptions { Device = "cpu" }).PeakMemoryBytes);

    [Fact]
    public void What_was_in_use_before_does_not_count_and_the_peak_stays()
    {
        var used = 1000L;
        var gauge = new MemoryGauge(() => used);
        Assert.Equal(0, gauge.PeakBytes);
        used = 5000;
        Assert.Equal(4000, gauge.PeakBytes);
        used = 300;

        Assert.Equal(4000, gauge.PeakBytes);
    }

    [Fact]
    public void Memory_that_runs_out_is_told_as_such_and_leaves_nothing_behind()
    {
        LayerSpec[] layers = [new LinearLayer { Units = 3 }, new LinearLayer { Units = int.MaxValue }];
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, [int.MaxValue / 2]);
        using var processor = new TorchProcessorFactory(new TorchOptions { Device = "cpu" }).Create(threads: 1);
        var before = LiveTensors.Count();

        var e = Assert.Throws<InsufficientMemoryException>(
            () => processor.Compile(Repeated(graph, 2000), new MeanSquaredErrorSpec(), new AdamWSpec(), batch: 1, samples: 1));

        Assert.Equal(
            "memory ran out: this point needs more than the worker can get; limits.memory keeps such points from being tried", e.Message);
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public async Task Each_thread_that_calls_computes_with_the_threads_that_were_granted()
    {
        using var one = new TorchProcessor(torch.CPU, Precision.Float32, threads: 1);
        using var two = new TorchProcessor(torch.CPU, Precision.Float32, threads: 2);

        Assert.Equal((2, 1, 2), (two.Run(torch.get_num_threads), one.Run(torch.get_num_threads), two.Run(torch.get_num_threads)));
        Assert.Equal(1, await OnAThreadOfItsOwn(() => one.Run(torch.get_num_threads)));
        Assert.Equal(2, await OnAThreadOfItsOwn(() => two.Run(torch.get_num_threads)));
    }

    [Fact]
    public void A_processor_of_no_threads_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchProcessor(torch.CPU, Precision.Float32, threads: 0));

    private static Task<int> OnAThreadOfItsOwn(Func<int> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string Refusal(string device) =>
        Assert.Throws<ProcessorException>(() => new TorchProcessorFactory(new TorchOptions { Device = device })).Message;

    /// <summary>A graph with a parameter of so many times the values, which no graph of a spec has.</summary>
    private static Graph Repeated(Graph graph, int times) => graph with
    {
        Nodes = [.. graph.Nodes.Select(node => node with
        {
            Parameters = [.. node.Parameters.Select(parameter => parameter with { Shape = new Shape([times, .. parameter.Shape]) })],
        })],
    };
}
