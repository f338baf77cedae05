using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks;

/// <summary>
/// What is told has Gaussian noise of a tenth of the range of values over random points; what counts is the true value of the point that is
/// handed over.
/// </summary>
internal static class NoisyTasks
{
    private const double Share = 0.1;
    private const int Points = 1024;

    private static readonly double[] PeakHeights = [1, 0.8, 0.65, 0.5];

    private static readonly double[][] PeakWidths =
    [
        [8.2, 3.4, 14.5, 5.3, 11.6, 3.9], [3.8, 12.1, 4.2, 15.4, 3.6, 8.2], [5.5, 7.5, 2.4, 9.6, 10.6, 4.1], [2.5, 3.9, 5.8, 3.7, 4.3, 2.4],
    ];

    private static readonly double[][] PeakCentres =
    [
        [0.31, 0.62, 0.24, 0.71, 0.44, 0.83], [0.74, 0.27, 0.66, 0.35, 0.81, 0.22], [0.18, 0.79, 0.57, 0.16, 0.26, 0.61],
        [0.63, 0.41, 0.88, 0.59, 0.12, 0.37],
    ];

    private static readonly SearchTask Peaks = new()
    {
        Name = "peaks6",
        Family = "several hills",
        Space = Coordinates.Space(6, 0, 1),
        Value = Coordinates.Of(x => ReferenceFunctions.Hills(x, PeakHeights, PeakWidths, PeakCentres)),
        // Near the highest of them.
        Optimum = -1.0245026541,
    };

    public static IReadOnlyList<SearchTask> All { get; } = [.. ReferenceTasks.All.Append(Peaks).Select(WithNoise)];

    private static SearchTask WithNoise(SearchTask task)
    {
        var (space, random) = (new SearchSpace(task.Space, []), new KeyedRandom(0, "bench/range"));
        double[] values = [.. Enumerable.Range(0, Points).Select(_ => task.Value(space.Decode([.. task.Space.Select(_ => random.NextDouble())])))];
        return task with { Name = "noisy-" + task.Name, Family = "noisy", Noise = Share * (values.Max() - values.Min()) };
    }
}
