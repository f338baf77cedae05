namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>When each instruction of a batch began and ended, as timestamps.</summary>
internal sealed record BatchRecord(long[] Starts, long[] Ends, bool IsFilled)
{
    public long Start => Starts.Min();

    public long End => Ends.Max();

    public static BatchRecord Of(Progress progress, int instructions, bool isFilled) => new(
        [.. Enumerable.Range(0, instructions).Select(progress.StartOf)], [.. Enumerable.Range(0, instructions).Select(progress.EndOf)], isFilled);
}
