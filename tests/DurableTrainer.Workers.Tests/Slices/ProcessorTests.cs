using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using DurableTrainer.Workers.Slices;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

/// <summary>A worker that is given processors to train on.</summary>
public sealed class ProcessorTests : IDisposable
{
    private readonly DigitsExperiment digits = new();

    [Fact]
    public async Task A_slice_is_trained_on_the_processors_that_were_given_and_tells_their_memory_and_time()
    {
        using var even = new DigitsExperiment();
        var expected = await even.RunAsync(Slice(0, 0, 2));
        var processors = new Processors(peakBytes: 12_345);

        var result = await RunAsync(processors, Slice(0, 0, 2) with { Threads = 2 });

        Assert.Equal([2], processors.Threads);
        // The clock goes on by a second whenever it is looked at: when the slice begins, and when it is summed up.
        Assert.Equal(12_345, result.Usage.Gpu!.PeakMemoryBytes);
        Assert.InRange(result.Usage.Gpu.BusyTime, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Equal((expected.Outcome, expected.Epoch), (result.Outcome, result.Epoch));
        Assert.Equal(expected.Metrics, result.Metrics);
    }

    [Fact]
    public async Task Processors_that_compute_in_the_memory_of_the_worker_have_none_of_their_own()
    {
        var result = await RunAsync(new Processors(peakBytes: null), Slice(0, 0, 1));

        Assert.Null(result.Usage.Gpu);
        Assert.InRange(result.Usage.PeakMemoryBytes, 1_000_000, long.MaxValue);
    }

    [Fact]
    public async Task A_processor_whose_memory_runs_out_fails_the_trial_with_its_own_sentence()
    {
        var full = new InsufficientMemoryException("the memory of cuda:0 ran out");

        var result = await RunAsync(new Processors(peakBytes: 1) { Failure = full }, Slice(0, 0, 1));

        Assert.Equal((SliceOutcome.Failed, "the memory of cuda:0 ran out"), (result.Outcome, result.Reason));
    }

    public void Dispose() => digits.Dispose();

    private Task<SliceResult> RunAsync(IProcessorFactory processors, SliceRequest request) =>
        new SliceRunner(digits.Store, TimeProvider.System, digits.Log, new() { Processors = processors, DeviceClock = new Clock() }).RunAsync(request, _ => { }, default);

    private sealed class Clock : IDeviceClock
    {
        private int looks;

        public TimeSpan BusyTime => TimeSpan.FromSeconds(looks++);
    }

    /// <summary>Those of the CPU, with other memory.</summary>
    private sealed class Processors(long? peakBytes) : IProcessorFactory
    {
        public List<int> Threads { get; } = [];

        public Exception? Failure { get; init; }

        public long? PeakMemoryBytes => peakBytes;

        public bool ShareBatches => true;

        public IProcessor Create(int threads)
        {
            Threads.Add(threads);
            return Failure is null ? new CpuProcessor(threads) : new Full(threads, Failure);
        }
    }

    private sealed class Full(int threads, Exception failure) : IProcessor
    {
        public int Threads => threads;

        public ICompiledModel Compile(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples) => throw failure;

        public void Dispose()
        {
        }
    }
}
