using System.Net.Sockets;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

/// <summary>Trial 0 as others see it, whose batches and gaps are what a test says, by a clock that only the test moves.</summary>
internal sealed class FilledTrial : TimeProvider, IDisposable
{
    /// <summary>What a batch takes.</summary>
    public static readonly long Batch = TimeSpan.FromMilliseconds(100).Ticks;

    private readonly InstructionPlan plan = new(Schedule.Of(PipelineSchedule.GPipe, units: 2, microBatches: 2));
    private readonly PipelineWatch watch;
    private readonly PipelineFill fill;

    /// <param name="folder">Where others meet it.</param>
    /// <param name="fillersYield">Whether these leave their processors to whoever else wants them.</param>
    public FilledTrial(string folder, bool fillersYield = false)
    {
        Place = new FillPlace(folder);
        watch = new PipelineWatch(plan, this);
        fill = new PipelineFill(
            Place, new PipelineFillSpec(), trial: 0, bytes: 0, watch, new PipelineSurroundings { Time = this, EndProcess = Ended.Add, FillersYield = fillersYield })
        {
            Tell = Told.Add,
            IsStopping = () => false,
        };
        for (var batch = 0; batch < FillControl.Profile; batch++)
            RunBatch();
    }

    public FillPlace Place { get; }

    /// <summary>The clock, as a timestamp.</summary>
    public long Now { get; set; } = TimeSpan.FromHours(1).Ticks;

    /// <summary>Processes that were ended.</summary>
    public List<int> Ended { get; } = [];

    public List<string> Told { get; } = [];

    /// <summary>Whether another has the gaps of the batch.</summary>
    public bool IsFilled => fill.IsFilled;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now;

    /// <summary>A trial connects, and the next batch is the first that it fills.</summary>
    public Socket[] Meet(int trial)
    {
        var units = Place.TryConnect(units: 2, trial)!;
        UntilFilled();
        return units;
    }

    /// <summary>Begins batches until one is filled.</summary>
    public void UntilFilled()
    {
        do
            fill.Begin();
        while (!fill.IsFilled);
    }

    /// <summary>A batch in which nothing happens.</summary>
    /// <param name="slowdown">By what share it takes longer when it is filled.</param>
    public void RunBatch(double slowdown = 0)
    {
        fill.Begin();
        var start = Now;
        Now += (long)(Batch * (fill.IsFilled ? 1 + slowdown : 1));
        var instructions = plan.Instructions.Count;
        var record = new BatchRecord(
            [.. Enumerable.Repeat(start, instructions)], [.. Enumerable.Repeat(Now, instructions)], new int[instructions], fill.IsFilled);
        watch.Observe(record);
        fill.Observe(record);
    }

    /// <summary>Begins batches until one is not filled.</summary>
    public void UntilNotFilled()
    {
        while (fill.IsFilled)
            RunBatch();
    }

    public void Begin() => fill.Begin();

    /// <summary>A unit waits, for as long as half a batch.</summary>
    public void Offer(int unit) => fill.Offer(unit, Now + Batch / 2);

    /// <summary>A unit goes on.</summary>
    public void GoOn(int unit) => fill.Check(unit);

    public void Dispose() => fill.Dispose();
}
