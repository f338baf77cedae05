using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Tuner.Reports;

/// <summary>On noisy tasks: is the point that the tuner hands over better than the one whose value was seen at its best?</summary>
internal sealed class NoisyChoices(TunerSettings settings, IReadOnlyList<TaskFigures> figures, IReadOnlyList<SearchRun> runs)
{
    /// <returns>Null where no task has noise, or no search on one was finished.</returns>
    public string? Markdown()
    {
        var table = new MarkdownTable(" ", "chosen", "luckiest", "better", "equal", "worse");
        var rows = 0;
        foreach (var task in figures.Select(figure => figure.Task).Where(task => task.Noise > 0))
        {
            SearchRun[] own = [.. runs.Where(run => run.Plan.Task == task && run.Plan.Agent == settings.Candidate && run.Plan.Batch == 1)];
            if (own.Length == 0)
                continue;
            rows++;
            table.Add(
                task.Name,
                Written.Number(Statistics.Median([.. own.Select(run => Regrets.Of(task, run.Chosen))])),
                Written.Number(Statistics.Median([.. own.Select(run => Regrets.Of(task, run.Luckiest))])),
                $"{own.Count(run => run.Chosen < run.Luckiest)}",
                $"{own.Count(run => run.Chosen == run.Luckiest)}",
                $"{own.Count(run => run.Chosen > run.Luckiest)}");
        }

        return rows == 0 ? null
            : $"What {settings.Candidate.ToName()} hands over from noisy values, beside the point that was seen at its best: medians of the true regret, and in how many searches it is better:\n\n{table}";
    }
}
