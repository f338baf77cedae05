namespace DurableTrainer.Experiments.Workflows;

/// <summary>Counts the workers that a trial has lost: a slice that comes further each time is worth any number, one that does not is what loses them.</summary>
/// <param name="retries">How many losses in a row, without coming further, are forgiven.</param>
internal sealed class LostWorkers(int retries)
{
    private int all, inRow, furthest;

    public bool AreTooMany => inRow > retries;

    /// <param name="epoch">How far the trial had come.</param>
    /// <returns>The number of the loss, from 1.</returns>
    public int Count(int epoch)
    {
        inRow = epoch > furthest ? 1 : inRow + 1;
        furthest = Math.Max(furthest, epoch);
        return ++all;
    }
}
