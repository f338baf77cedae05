using System.Text;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Tuner.Reference;
using DurableTrainer.Bench.Tuner.Tasks;

namespace DurableTrainer.Bench.Tuner.Reports;

/// <summary>The figures of a run as Markdown.</summary>
internal sealed class TunerTables(TunerSettings settings, IReadOnlyList<SearchRun> runs)
{
    /// <summary>A candidate whose regret is at most so many times that of the best other agent is close to it.</summary>
    private const double Close = 1.3;

    private readonly StringBuilder text = new();
    private readonly string candidate = settings.Candidate.ToName();

    public string Markdown()
    {
        foreach (var set in TaskSet.All)
        {
            TaskFigures[] figures = [.. set.Tasks.Where(settings.Tasks.Contains).Select(task => new TaskFigures(settings, task, runs))];
            if (figures.Length == 0)
                continue;
            RegretsOf(set, figures);
            if (set == TaskSet.Reference)
                AgainstOptuna(figures);
            AgainstOthers(figures);
            if (new NoisyChoices(settings, figures, runs).Markdown() is { } choices)
                Line(choices);
            if (settings.Batch > 1)
                InBatches(set, figures);
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private void RegretsOf(TaskSet set, TaskFigures[] figures)
    {
        var samplers = set == TaskSet.Reference ? OptunaFigures.Samplers : [];
        Line($"Tasks of the {set.Name} set: median regret (quartiles) after {figures[0].Trials} trials, {Seeds}:");
        var table = new MarkdownTable([" ", .. settings.Agents.Select(agent => agent.ToName()), .. samplers]);
        foreach (var task in figures)
        {
            var all = settings.Agents.Select(agent => task.Of(agent)).Concat(samplers.Select(task.Of));
            table.Add([task.Task.Name, .. all.Select(Written.Regret)]);
        }

        Line(table.ToString());
    }

    private void AgainstOptuna(TaskFigures[] figures)
    {
        string[] opponents = [OptunaFigures.Tpe, OptunaFigures.Gp];
        Line($"{candidate} against Optuna, by medians; p of the signed-rank test over the seeds that both have:");
        var table = new MarkdownTable([" ", .. opponents.SelectMany(opponent => new[] { opponent, "ratio", "p", "seeds" })]);
        foreach (var task in figures)
        {
            table.Add([task.Task.Name, .. opponents.Select(task.Against).SelectMany(comparison => new[]
            {
                Written.Outcome(comparison),
                comparison is null ? Written.Nothing : Written.Ratio(comparison.Ratio),
                Written.Probability(comparison),
                comparison is null ? Written.Nothing : $"{comparison.Seeds}",
            })]);
        }

        Line(table.ToString());
        foreach (var opponent in opponents)
            Count($"{candidate} against {opponent}", [.. figures.Select(task => task.Against(opponent)).OfType<Comparison>()]);
    }

    private void AgainstOthers(TaskFigures[] figures)
    {
        if (settings.Agents.Count == 1)
            return;
        Line($"{candidate} against the best other agent of each task:");
        var table = new MarkdownTable(" ", "best other", "", "ratio", "p");
        var comparisons = new List<Comparison>();
        foreach (var task in figures)
        {
            var against = task.AgainstBestOther();
            if (against is { } known)
                comparisons.Add(known.Comparison);
            table.Add(
                task.Task.Name,
                against?.Agent.ToName() ?? Written.Nothing,
                Written.Outcome(against?.Comparison),
                against is { } some ? Written.Ratio(some.Comparison.Ratio) : Written.Nothing,
                Written.Probability(against?.Comparison));
        }

        Line(table.ToString());
        Count($"{candidate} against the best other agent", comparisons);
        var (close, best) = (comparisons.Count(known => known.Ratio <= Close), comparisons.Count(known => known.Ratio <= 1));
        Line($"At most {Close:0.0} times the regret of the best other agent on {close} of {comparisons.Count} tasks; no other agent is better on {best}.");
    }

    private void InBatches(TaskSet set, TaskFigures[] figures)
    {
        var isReference = set == TaskSet.Reference;
        Line($"{candidate} with {settings.Batch} proposals at a time: median regret (quartiles)"
            + (isReference ? $", and the share of its advantage over {OptunaFigures.Tpe} that is lost:" : ":"));
        string[] lostHead = isReference ? ["lost"] : [];
        var table = new MarkdownTable([" ", "one at a time", $"{settings.Batch} at a time", .. lostHead]);
        foreach (var task in figures)
        {
            var batched = task.Of(settings.Candidate, settings.Batch);
            string[] lost = isReference ? [task.ShareLostInBatches() is { } share ? Written.Percent(share) : Written.Nothing] : [];
            table.Add([task.Task.Name, Written.Regret(task.Candidate), Written.Regret(batched), .. lost]);
        }

        Line(table.ToString());
        double[] shares = [.. figures.Select(task => task.ShareLostInBatches()).OfType<double>()];
        if (shares.Length > 0)
            Line($"Lost in the median of the {shares.Length} tasks with an advantage: {Written.Percent(Statistics.Median(shares))}.");
    }

    private void Count(string title, List<Comparison> comparisons)
    {
        if (comparisons.Count == 0)
            return;
        int Of(Outcome outcome) => comparisons.Count(comparison => comparison.Outcome == outcome);
        double[] ratios = [.. comparisons.Select(comparison => comparison.Ratio).Where(double.IsFinite)];
        var mean = ratios.Length == 0 ? "" : $"; geometric mean of the ratios {Written.Ratio(Statistics.GeometricMean(ratios))}";
        Line($"{title}: {Of(Outcome.Win)} won, {Of(Outcome.Tie)} tied, {Of(Outcome.Loss)} lost{mean}.");
    }

    private string Seeds => settings.Seeds == 1 ? "one seed" : $"{settings.Seeds} seeds";

    private void Line(string line) => text.Append(line.TrimEnd()).Append("\n\n");
}
