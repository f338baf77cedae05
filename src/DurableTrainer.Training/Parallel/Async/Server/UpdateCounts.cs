namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>What became of all pushes so far.</summary>
/// <param name="Applied">Gradients that moved the parameters.</param>
/// <param name="Dropped">Staler than the bound.</param>
/// <param name="Refused">Not finite, of an old epoch, or of a batch that the learner did not have.</param>
/// <param name="Repeated">Seen before.</param>
/// <param name="StalenessSum">Of those that were applied.</param>
internal sealed record UpdateCounts(long Applied = 0, long Dropped = 0, long Refused = 0, long Repeated = 0, long StalenessSum = 0)
{
    public UpdateCounts With(PushOutcome outcome, int staleness) => outcome switch
    {
        PushOutcome.Applied or PushOutcome.Gathered => this with { Applied = Applied + 1, StalenessSum = StalenessSum + staleness },
        PushOutcome.TooStale => this with { Dropped = Dropped + 1 },
        PushOutcome.Repeated => this with { Repeated = Repeated + 1 },
        _ => this with { Refused = Refused + 1 },
    };

    /// <summary>What was counted since an earlier moment.</summary>
    public UpdateCounts Since(UpdateCounts earlier) => new(
        Applied - earlier.Applied, Dropped - earlier.Dropped, Refused - earlier.Refused, Repeated - earlier.Repeated,
        StalenessSum - earlier.StalenessSum);
}
