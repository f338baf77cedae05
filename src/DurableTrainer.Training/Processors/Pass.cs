namespace DurableTrainer.Training.Processors;

/// <summary>One way through a graph.</summary>
/// <param name="Count">Samples, at most the batch that the plan was compiled for.</param>
/// <param name="Training">Whether batches are normalised by their own statistics and values dropped.</param>
/// <param name="Seed">Of the experiment; with trial and step it determines what is dropped.</param>
/// <param name="Trial">Number of the trial.</param>
/// <param name="Step">Optimizer steps that are done.</param>
public readonly record struct Pass(int Count, bool Training, long Seed = 0, int Trial = 0, long Step = 0)
{
    /// <summary>What part of a batch these samples are; null for a whole batch.</summary>
    internal BatchPart? Part { get; init; }

    public static Pass Inference(int count) => new(count, Training: false);
}
