using System.Text;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Tuner.Reference;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner.Reports;

/// <summary>The figures of a run as Markdown.</summary>
internal sealed class TunerTables(TunerSettings settings, IReadOnlyList<SearchRun> runs)
{
    /// <summary>A candidate whose regret is at most so many times that of the best other agent is close to it.</summary>
    private const double Close = 1.3;

    private readonly StringBuilder text = new();
    private readonly string candidate = settings.Candidate.ToName();

    /// <summary>Are told after the tables, where they were measured.</summary>
    public ProposalTimes? Times { get; init; }

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

        if (Times is { Milliseconds: { } soon, MillisecondsAt1000: { } late })
        {
            Line($"A proposal of {candidate} on {ProposalTimes.Task.Name} takes {Written.Number(soon)} ms after 100 trials and "
                + $"{Written.Number(late)} ms after 1,000 (medians; one thread).");
        }

        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>Quartiles of the candidate only: with those of all sides nobody could read the table. Pictures have them.</summary>
    private void RegretsOf(TaskSet set, TaskFigures[] figures)
    {
        var samplers = set == TaskSet.Reference ? OptunaFigures.Samplers : [];
        TunerAgent[] others = [.. settings.Agents.Where(agent => agent != settings.Candidate)];
        Line($"Tasks of the {set.Name} set: median regret after {figures[0].Trials} trials, {Seeds}, for {candidate} with quartiles; the least "
            + "of a row is bold, and what ties with it:");
        var table = new MarkdownTable(["task", candidate, "(quartiles)", .. others.Select(agent => agent.ToName()), .. samplers]);
        foreach (var task in figures)
        {
            Regrets?[] all = [task.Candidate, .. others.Select(agent => task.Of(agent)), .. samplers.Select(task.Of)];
            var least = all.OfType<Regrets>().Select(regrets => regrets.Median).DefaultIfEmpty().Min();
            string[] medians = [.. all.Select(regrets => Written.Median(regrets, IsLeast(regrets)))];
            table.Add([task.Task.Name, medians[0], Written.Quartiles(task.Candidate), .. medians.Skip(1)]);

            bool IsLeast(Regrets? regrets) => regrets is not null && (regrets.Median == least || regrets.Median - least < task.Tie);
        }

        Line(table.ToString());
    }

    private void AgainstOptuna(TaskFigures[] figures)
    {
        string[] opponents = [OptunaFigures.Tpe, OptunaFigures.Gp];
        var seeds = opponents.Select(opponent => $"{figures.Max(task => task.Against(opponent)?.Seeds ?? 0)} of {opponent}");
        Line($"{candidate} against Optuna: who has the lower median (a difference under a thousandth of random search's is a tie, losses are bold); "
            + $"{candidate}'s median over the other's, neither taken as less than that; p of the signed-rank test over the seeds that both have "
            + $"({string.Join(", ", seeds)}):");
        var table = new MarkdownTable(["task", .. opponents.SelectMany(opponent => new[] { opponent, "ratio", "p" })]);
        foreach (var task in figures)
            table.Add([task.Task.Name, .. opponents.Select(task.Against).SelectMany(Compared)]);

        Line(table.ToString());
        foreach (var opponent in opponents)
            Count($"{candidate} against {opponent}", [.. figures.Select(task => task.Against(opponent)).OfType<Comparison>()]);
    }

    private void AgainstOthers(TaskFigures[] figures)
    {
        if (settings.Agents.Count == 1)
            return;
        Line($"{candidate} against the agent that is best of the others on each task, which is known only afterwards:");
        var table = new MarkdownTable("task", "best other", "outcome", "ratio", "p");
        var comparisons = new List<Comparison>();
        foreach (var task in figures)
        {
            var against = task.AgainstBestOther();
            if (against is { } known)
                comparisons.Add(known.Comparison);
            table.Add([task.Task.Name, against?.Agent.ToName() ?? Written.Nothing, .. Compared(against?.Comparison)]);
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
        var table = new MarkdownTable(["task", "one at a time", $"{settings.Batch} at a time", .. lostHead]);
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

    private static string[] Compared(Comparison? comparison) =>
    [
        Written.Outcome(comparison),
        comparison is null ? Written.Nothing : Written.Ratio(comparison.Ratio),
        Written.Probability(comparison),
    ];

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
