using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Insight;

/// <summary>
/// Which parameters matter: the variance of a random forest over the search space, divided among parameters and their pairs (functional
/// ANOVA; Hutter, Hoos and Leyton-Brown, ICML 2014). The same trials and seed give the same report.
/// </summary>
public static class Importance
{
    /// <summary>Fewer trials than so many say nothing.</summary>
    public const int LeastTrials = 8;

    /// <summary>A forest of more rows takes longer and says no more; so many are drawn.</summary>
    private const int MostTrials = 1000;

    private const double LeastShare = 0.001;

    /// <summary>How much further from the median than the best is on the other side a value may be.</summary>
    private const double Reach = 3;

    /// <summary>
    /// Of trials that ended with a value; of those that were stopped early the value as of full training counts, and so of those that went on
    /// with another's model, as of when they did.
    /// </summary>
    /// <param name="settings">What is searched.</param>
    /// <param name="trials">The trials so far, by number.</param>
    /// <param name="objective">Index of the objective.</param>
    public static ImportanceReport Of(SearchSettings settings, IReadOnlyList<TrialRecord> trials, int objective)
    {
        var space = new SearchSpace(settings.Space, settings.Constraints);
        trials = [.. trials.Select(trial => trial.AsProposed())];
        var (metric, fullLength) = (settings.Objectives[objective], new FullLength(settings.Objectives, trials));
        return Of(space, metric, settings.Seed, [.. trials
            .Select((record, trial) => (trial, record))
            .Where(pair => pair.record is { Status: TrialStatus.Completed or TrialStatus.Stopped, Objectives: not null })
            .Select(pair => new FinishedTrial(pair.trial, pair.record.PointIn(space), Value(fullLength.LossesOf(pair.record)[objective]))
            {
                Seen = pair.record.Objectives![objective],
            })]);

        double Value(double loss) => metric.Goal == Goal.Maximize ? -loss : loss;
    }

    /// <param name="space">What is searched.</param>
    /// <param name="objective">What is better than what.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trials">Trials that ended with a value.</param>
    public static ImportanceReport Of(SearchSpace space, ObjectiveSpec objective, long seed, IReadOnlyList<FinishedTrial> trials)
    {
        var cube = new InsightSpace(space);
        var finite = trials.Where(trial => double.IsFinite(trial.Value)).ToList();
        var report = new ImportanceReport
        {
            Metric = objective.Metric,
            Goal = objective.Goal,
            Trials = finite.Count,
            Lines = [.. finite.Select(trial => new TrialLine(
                trial.Trial, [.. cube.Of(trial.Point).Select(coordinate => double.IsNaN(coordinate) ? (double?)null : coordinate)], trial.Seen))],
        };
        if (finite.Count < LeastTrials)
            return report with { Missing = $"{finite.Count} trials ended with a value; it takes at least {LeastTrials} to tell which parameters matter" };
        if (finite.Max(trial => trial.Value) == finite.Min(trial => trial.Value))
            return report with { Missing = $"all {finite.Count} trials reached the same value: no parameter matters" };

        var drawn = Drawn(finite, seed);
        var cutoff = Cutoff(objective, [.. drawn.Select(trial => trial.Value)]);
        double[] values = [.. drawn.Select(trial => objective.IsBetter(cutoff, trial.Value) ? cutoff : trial.Value)];
        var forest = new Forest(cube, [.. drawn.Select(trial => cube.Of(trial.Point))], values, seed);
        var marginals = forest.Trees.Select(tree => new Marginals(cube, tree)).ToList();
        var mean = values.Average();
        return report with
        {
            Cutoff = drawn.Exists(trial => objective.IsBetter(cutoff, trial.Value)) ? cutoff : null,
            Noise = Math.Sqrt(forest.OutOfBagError),
            Explained = 1 - forest.OutOfBagError / values.Average(value => (value - mean) * (value - mean)),
            Parameters = [.. Enumerable.Range(0, cube.Dimensions)
                .Select(parameter => Effects.Of(cube, parameter, objective, marginals))
                .OrderByDescending(effect => effect.Share)],
            Pairs = [.. Enumerable.Range(0, cube.Dimensions)
                .SelectMany(second => Enumerable.Range(0, second).Select(first =>
                    new PairEffect(cube.Parameters[first].Name, cube.Parameters[second].Name, Effects.MeanShare(marginals, tree => tree.Pair(first, second)))))
                .Where(pair => pair.Share >= LeastShare)
                .OrderByDescending(pair => pair.Share)],
        };
    }

    private static List<FinishedTrial> Drawn(List<FinishedTrial> trials, long seed)
    {
        if (trials.Count <= MostTrials)
            return trials;
        FinishedTrial[] shuffled = [.. trials];
        new KeyedRandom(seed, "insight/trials").Shuffle<FinishedTrial>(shuffled);
        return [.. shuffled.Take(MostTrials).OrderBy(trial => trial.Trial)];
    }

    private static double Cutoff(ObjectiveSpec objective, double[] values)
    {
        Array.Sort(values);
        var median = (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
        var (best, worst) = objective.Goal == Goal.Maximize ? (values[^1], values[0]) : (values[0], values[^1]);
        return best == median ? worst : median - Reach * (best - median);
    }
}

/// <param name="Trial">Its number.</param>
/// <param name="Point">What was tried.</param>
/// <param name="Value">What the objective came to, or would have come to in full training.</param>
public sealed record FinishedTrial(int Trial, Point Point, double Value)
{
    /// <summary>What the objective was seen to come to.</summary>
    public double Seen { get; init; } = Value;
}
