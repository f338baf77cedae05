namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>How a unit's part of a step ended.</summary>
/// <param name="Worked">How long it worked for it.</param>
/// <param name="End">When it was done, since the step began.</param>
/// <param name="Failure">Why it was not; null when it was.</param>
internal readonly record struct UnitWork(TimeSpan Worked, TimeSpan End, Exception? Failure)
{
    /// <summary>Targets of its samples that count.</summary>
    public int Targets { get; init; }

    /// <summary>What its mean loss counts for in that of the batch; the weights of all units sum to 1 where a target counts.</summary>
    public double Weight { get; init; }
}
