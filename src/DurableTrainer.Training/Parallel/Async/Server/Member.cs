namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>What the server knows of a learner that takes part.</summary>
internal sealed class Member(long epoch, StalenessWindow window)
{
    public long Epoch { get; } = epoch;

    /// <summary>The same as the learner's own.</summary>
    public StalenessWindow Window { get; } = window;

    /// <summary>The last push that it brought, and what it was told of it.</summary>
    public (long Sequence, Ack Ack) Last { get; set; }

    /// <summary>What it computes, and until when it may.</summary>
    public (Assignment Work, TimeSpan Deadline)? Lease { get; set; }

    /// <summary>Pushes in a row that were not finite.</summary>
    public int NonFinite { get; set; }

    /// <summary>Whether it has brought its part of a round that is not over.</summary>
    public bool HasGathered { get; set; }
}
