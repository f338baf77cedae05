using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Tuner.Reports;

/// <summary>On noisy tasks: is the point that the tuner hands over better than the one whose value was seen at its best?</summary>
internal sealed class NoisyChoices(TunerSettings settings, IReadOnlyList<TaskFigures> figures, IReadOnlyList<SearchRun> runs)
{
    /// <returns>Null where no task has noise, or no search on one was finished.</returns>
    public string? Markdown()
    {
        var table = new MarkdownTable(" ", "chosen", "luckiest", "better", "equal", "worse");
        var all = new List<SearchRun>();
        foreach (var task in figures.Select(figure => figure.Task).Where(task => task.Noise > 0))
        {
            SearchRun[] own = [.. runs.Where(run => run.Plan.Task == task && run.Plan.Agent == settings.Candidate && run.Plan.Batch == 1)];
            if (own.Length == 0)
                continue;
            all.AddRange(own);
            table.Add([task.Name, MedianRegret(own, Chosen), MedianRegret(own, run => run.Luckiest), .. Counts(own)]);
        }

        if (all.Count == 0)
            return null;
        table.Add(["all", "", "", .. Counts(all)]);
        return $"What {settings.Candidate.ToName()} hands over from noisy values, beside the point that was seen at its best: medians of the true "
            + $"regret, and in how many searches it is better:\n\n{table}";
    }

    private static double Chosen(SearchRun run) => run.BestAfter(run.Plan.Trials);

    private static string MedianRegret(IEnumerable<SearchRun> runs, Func<SearchRun, double> value) =>
        Written.Number(Statistics.Median([.. runs.Select(run => Regrets.Of(run.Plan.Task, value(run)))]));

    private static string[] Counts(IReadOnlyCollection<SearchRun> runs) =>
    [
        $"{runs.Count(run => Chosen(run) < run.Luckiest)}", $"{runs.Count(run => Chosen(run) == run.Luckiest)}", $"{runs.Count(run => Chosen(run) > run.Luckiest)}",
    ];
}
