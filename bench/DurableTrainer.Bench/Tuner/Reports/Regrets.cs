using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Tuner.Reference;
using DurableTrainer.Bench.Tuner.Tasks;

namespace DurableTrainer.Bench.Tuner.Reports;

/// <summary>How far each search was from the optimum of one task, by seed.</summary>
internal sealed class Regrets(IReadOnlyDictionary<long, double> bySeed)
{
    public IReadOnlyDictionary<long, double> BySeed => bySeed;

    public double Median => Statistics.Median(bySeed.Values);

    public double LowerQuartile => Statistics.Quantile(bySeed.Values, 0.25);

    public double UpperQuartile => Statistics.Quantile(bySeed.Values, 0.75);

    /// <returns>Null when there is none.</returns>
    public static Regrets? Of(IEnumerable<SearchRun> runs, int trials)
    {
        var bySeed = runs.ToDictionary(run => run.Plan.Seed, run => Of(run.Plan.Task, run.BestAfter(trials)));
        return bySeed.Count == 0 ? null : new Regrets(bySeed);
    }

    /// <returns>Null where Optuna was not measured.</returns>
    public static Regrets? OfOptuna(SearchTask task, string sampler, int trials) =>
        OptunaFigures.Best(task.Name, sampler, trials) is { } best
            ? new Regrets(best.Select((value, seed) => KeyValuePair.Create((long)seed, Of(task, value))).ToDictionary())
            : null;

    /// <summary>Never below 0, as optima are rounded.</summary>
    public static double Of(SearchTask task, double best) => Math.Max(0, best - task.Optimum);
}
