namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>When each instruction of a batch began and ended, as timestamps, and where.</summary>
/// <param name="Starts">By the numbers of instructions.</param>
/// <param name="Ends">By the numbers of instructions.</param>
/// <param name="Places">By the numbers of instructions: see <see cref="Filling.FilledSpan.Place"/>.</param>
/// <param name="IsFilled">Whether another was let into its gaps.</param>
internal sealed record BatchRecord(long[] Starts, long[] Ends, int[] Places, bool IsFilled)
{
    public long Start => Starts.Min();

    public long End => Ends.Max();

    public static BatchRecord Of(Progress progress, int instructions, bool isFilled)
    {
        var numbers = Enumerable.Range(0, instructions);
        return new BatchRecord([.. numbers.Select(progress.StartOf)], [.. numbers.Select(progress.EndOf)], [.. numbers.Select(progress.PlaceOf)], isFilled);
    }
}
