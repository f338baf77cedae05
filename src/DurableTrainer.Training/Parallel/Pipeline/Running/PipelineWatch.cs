
namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>What the last batches of full size took, and what is foretold by that.</summary>
internal sealed class PipelineWatch(InstructionPlan plan, TimeProvider time)
{
    private const int Batches = 20;

    private readonly Queue<BatchRecord> records = [];
    private readonly RecentTimes untilNext = new(Batches);
    private long? movedAt;

    public int Units => plan.ByUnit.Count;

    public StageTimes Times { get; } = new(plan.Schedule);

    public Forecast Forecast { get; } = new(plan);

    /// <summary>The last batches, the newest last.</summary>
    public IReadOnlyCollection<BatchRecord> Records => records;

    /// <summary>What a batch takes; 0 before one was seen.</summary>
    public double MedianSeconds { get; private set; }

    /// <summary>When the oldest of the last batches began, as a timestamp.</summary>
    public long OldestStart => records.Count == 0 ? 0 : records.Peek().Start;

    /// <summary>When the next batch is expected to begin, as a timestamp; null before it is known.</summary>
    public long? NextStart => movedAt is { } moved && untilNext.IsFull ? moved + (long)(untilNext.Median * time.TimestampFrequency) : null;

    /// <summary>A batch begins.</summary>
    public void Begin()
    {
        if (movedAt is { } moved)
            untilNext.Add(time.GetElapsedTime(moved).TotalSeconds);
        movedAt = null;
    }

    /// <summary>Parameters begin to move.</summary>
    public void Move() => movedAt = time.GetTimestamp();

    /// <summary>Takes note of a batch whose micro-batches were all of full size.</summary>
    public void Observe(BatchRecord record)
    {
        Times.Observe(plan, number => time.GetElapsedTime(record.Starts[number], record.Ends[number]).TotalSeconds);
        Forecast.Learn(Times, time.TimestampFrequency);
        if (records.Count == Batches)
            records.Dequeue();
        records.Enqueue(record);
        MedianSeconds = records.Select(Seconds).Order().ElementAt(records.Count / 2);
    }

    /// <summary>Stages are other parts of the model from here on: what instructions took says nothing of them.</summary>
    public void Forget()
    {
        Times.Clear();
        records.Clear();
    }

    private double Seconds(BatchRecord record) => time.GetElapsedTime(record.Start, record.End).TotalSeconds;
}
