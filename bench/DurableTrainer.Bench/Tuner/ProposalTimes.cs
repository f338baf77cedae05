using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner;

/// <summary>How long the candidate thinks about its next point, in six dimensions.</summary>
/// <param name="Milliseconds">After 100 trials that it has chosen itself; null where it took too long.</param>
/// <param name="MillisecondsAt1000">After 1,000 trials of random points, which are there sooner; null likewise.</param>
internal sealed record ProposalTimes(double? Milliseconds, double? MillisecondsAt1000)
{
    /// <summary>Proposals whose median counts.</summary>
    private const int Measured = 21;

    public static SearchTask Task { get; } = ReferenceTasks.All.Single(task => task.Name == "hartmann6");

    public static ProposalTimes Measure(TunerSettings settings, CancellationToken cancellation)
    {
        SearchPlan Plan(int trials) => new(Task, settings.Candidate, Seed: 0, trials + Measured, Batch: 1);
        return new ProposalTimes(
            new Search(Plan(100)).ProposalMilliseconds(100, settings.ProposalPatience, cancellation),
            new Search(Plan(1000) with { Seeded = RandomPoints(1000) })
                .ProposalMilliseconds(1000, settings.ProposalPatience, cancellation));
    }

    private static Point[] RandomPoints(int count)
    {
        var (space, random) = (new SearchSpace(Task.Space, []), new KeyedRandom(0, "bench/points"));
        return [.. Enumerable.Range(0, count).Select(_ => space.Decode([.. Task.Space.Select(_ => random.NextDouble())]))];
    }
}
