using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Transfer;

/// <summary>Turns the trials of an earlier experiment into what a search over another space can start from.</summary>
public static class EarlierTrials
{
    /// <summary>Trials that are kept of an experiment, so that a tuner's state stays small.</summary>
    public const int MostKept = 200;

    /// <summary>
    /// The trials that lie in <paramref name="space"/>. Parameters are matched by name where the space still allows the value; of the
    /// others, those that are gone are left out and those that are new stand at the middle of their range. A point of which nothing
    /// is left, or that breaks a constraint, is left out.
    /// </summary>
    /// <param name="space">Of the search that is to start.</param>
    /// <param name="source">Index of the earlier experiment.</param>
    /// <param name="objective">What was better than what in the earlier experiment.</param>
    /// <param name="trials">Its trials with their values.</param>
    /// <returns>The best first; at most <see cref="MostKept"/>: the best half of so many, and the others evenly spread over the rest.</returns>
    public static IReadOnlyList<TransferredTrial> In(
        SearchSpace space, int source, ObjectiveSpec objective, IReadOnlyList<(Point Point, double Value)> trials)
    {
        var sorted = trials
            .Where(trial => double.IsFinite(trial.Value))
            .OrderBy(trial => trial.Value, Comparer<double>.Create((a, b) => objective.IsBetter(a, b) ? -1 : objective.IsBetter(b, a) ? 1 : 0))
            .ToList();
        var placed = sorted
            .Select(trial => (Point: Moved(trial.Point, space), Rank: RankOf(trial.Value, sorted)))
            .Where(trial => trial.Point is not null && space.Satisfies(trial.Point))
            .ToList();
        return [.. Kept(placed.Count).Select(i => new TransferredTrial(TrialRecord.Pack(space, placed[i].Point!), placed[i].Rank, source))];
    }

    /// <summary>Equal values share the middle of their places.</summary>
    private static double RankOf(double value, List<(Point Point, double Value)> sorted)
    {
        var first = sorted.FindIndex(trial => trial.Value == value);
        var last = sorted.FindLastIndex(trial => trial.Value == value);
        return sorted.Count == 1 ? 0 : (first + last) / 2.0 / (sorted.Count - 1);
    }

    private static Point? Moved(Point point, SearchSpace space)
    {
        var names = space.Parameters.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        var common = new Point(point.Where(pair => names.TryGetValue(pair.Key, out var parameter) && parameter.Allows(pair.Value)));
        var middle = new double[space.Parameters.Count];
        Array.Fill(middle, 0.5);
        var moved = space.Complete(common, middle);
        // What the space's conditions leave inactive is not kept either.
        return moved.Any(pair => common.TryGet(pair.Key, out var value) && value == pair.Value) ? moved : null;
    }

    private static IEnumerable<int> Kept(int count)
    {
        if (count <= MostKept)
            return Enumerable.Range(0, count);
        const int Best = MostKept / 2;
        const int Others = MostKept - Best;
        return Enumerable.Range(0, Best).Concat(Enumerable.Range(1, Others).Select(i => Best - 1 + (int)((long)i * (count - Best) / Others)));
    }
}
