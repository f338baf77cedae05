namespace DurableTrainer.Training.Parallel.Async;

/// <summary>What a learner is told when it joins.</summary>
/// <param name="Epoch">Of its membership: it grows with every learner that joins, so that what an earlier one left behind is told apart.</param>
/// <param name="Membership">Changes when and only when the set of learners does.</param>
/// <param name="Learners">P, how many there are.</param>
/// <param name="Window">Its last stalenesses, from the oldest to the newest, if it is known from before.</param>
internal sealed record Welcome(long Epoch, long Membership, int Learners, IReadOnlyList<int> Window);

/// <summary>A batch that a learner has until its lease runs out.</summary>
/// <param name="Batch">Its number in the epoch of the trial.</param>
/// <param name="Version">Updates that had been applied to the parameters that go with it.</param>
internal readonly record struct Assignment(int Batch, long Version);

/// <summary>What a learner says of a gradient that it brings.</summary>
/// <param name="Learner">Who.</param>
/// <param name="Epoch">Of its membership.</param>
/// <param name="Sequence">Counts its pushes from 1, so that one that is sent twice is known.</param>
/// <param name="BaseVersion">Of the parameters that the gradient was taken at.</param>
/// <param name="Batch">What it was taken of.</param>
/// <param name="Scale">c, which scales the rate; null when its own staleness does.</param>
/// <param name="IsFinite">Whether loss and gradient are finite numbers.</param>
internal readonly record struct Push(int Learner, long Epoch, long Sequence, long BaseVersion, int Batch, double? Scale, bool IsFinite);

/// <summary>What became of a push.</summary>
/// <param name="Outcome">Whether it was applied, and if not, why.</param>
/// <param name="Version">Updates that are applied now.</param>
/// <param name="Staleness">Updates between the parameters that it was taken at and those that it was applied to.</param>
/// <param name="Learners">P, how many learners there are.</param>
/// <param name="Membership">Changes when and only when the set of learners does.</param>
internal readonly record struct Ack(PushOutcome Outcome, long Version, int Staleness, int Learners, long Membership);

internal enum PushOutcome
{
    Applied,

    /// <summary>Kept until the others of the round are there.</summary>
    Gathered,

    /// <summary>Seen before, and not applied again.</summary>
    Repeated,

    /// <summary>From a learner that does not, or not any more, take part under this epoch. It may join anew.</summary>
    OldEpoch,

    /// <summary>Of a batch, or from parameters, that the learner was not given.</summary>
    NotAssigned,

    /// <summary>Not a finite number.</summary>
    NonFinite,

    /// <summary>Staler than the bound.</summary>
    TooStale,
}
