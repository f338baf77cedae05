namespace DurableTrainer.Training.Parallel.Async.Virtual;

/// <summary>Learners in simulated time: their gradients are real, and only how long they take is made up.</summary>
/// <param name="Durations">How long each takes for a batch.</param>
/// <param name="Seed">What the durations follow from.</param>
internal sealed record VirtualSetting(Durations Durations, long Seed)
{
    /// <summary>How many learners there are from a version on, in ascending order of versions; the spec's from the start when empty.</summary>
    public IReadOnlyList<(long Version, int Learners)> Membership { get; init; } = [];

    public int LearnersAt(long version, int otherwise) =>
        Membership.Where(change => change.Version <= version).Select(change => (int?)change.Learners).LastOrDefault() ?? otherwise;
}
