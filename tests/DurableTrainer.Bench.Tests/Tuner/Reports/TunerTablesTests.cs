using DurableTrainer.Bench.Tuner;
using DurableTrainer.Bench.Tuner.Reference;
using DurableTrainer.Bench.Tuner.Reports;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tests.Tuner.Reports;

/// <summary>Of searches that were made up.</summary>
public class TunerTablesTests
{
    private static readonly SearchTask Branin = ReferenceTasks.All[0];
    private static readonly SearchTask Terraces = TaskSet.Own.Tasks.Single(task => task.Name == "terraces5");

    private static readonly TunerSettings Settings = new()
    {
        Tasks = [Branin, Terraces],
        Agents = [TunerAgent.Random, TunerAgent.Gp, TunerAgent.Bandit],
        Seeds = 20,
        Trials = 60,
    };

    [Fact]
    public void The_bandit_is_compared_with_Optuna_and_with_the_best_other_agent()
    {
        var tables = new TunerTables(Settings, [.. Runs(TunerAgent.Random, 10), .. Runs(TunerAgent.Gp, 2), .. Runs(TunerAgent.Bandit, 1e-5)]).Markdown();

        // Optuna's own, from its figures: medians of branin after 60 trials.
        Assert.Contains("| branin | **1e-5** | (1e-5 to 1e-5) | 10 | 2 | 0.0946 | **2.3e-5** |", tables, StringComparison.Ordinal);
        Assert.Contains("| branin | win | 0.01 | <0.001 | tie | 1.00 |", tables, StringComparison.Ordinal);
        Assert.Contains("bandit against optuna-tpe: 1 won, 0 tied, 0 lost", tables, StringComparison.Ordinal);
        Assert.Contains("bandit against optuna-gp: 0 won, 1 tied, 0 lost", tables, StringComparison.Ordinal);
        Assert.Contains("| terraces5 | gp | win | 0.01 | <0.001 |", tables, StringComparison.Ordinal);
        Assert.Contains("At most 1.3 times the regret of the best other agent on 1 of 1 tasks", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_is_bold_so_that_it_is_seen()
    {
        var tables = new TunerTables(Settings, [.. Runs(TunerAgent.Gp, 2), .. Runs(TunerAgent.Bandit, 3)]).Markdown();

        Assert.Contains("| branin | **loss** |", tables, StringComparison.Ordinal);
        Assert.Contains("| terraces5 | gp | **loss** | 1.50 | <0.001 |", tables, StringComparison.Ordinal);
        Assert.Contains("(20 of optuna-tpe, 10 of optuna-gp)", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void What_batches_lose_is_a_share_of_the_advantage()
    {
        var settings = Settings with { Agents = [TunerAgent.Bandit], Batch = 4 };
        var tpe = OptunaFigures.Best("branin", OptunaFigures.Tpe, 60)!.Order().ToArray();
        var median = (tpe[9] + tpe[10]) / 2 - Branin.Optimum;

        var tables = new TunerTables(settings, [.. Runs(TunerAgent.Bandit, 0), .. Runs(TunerAgent.Bandit, median / 4, batch: 4)]).Markdown();

        Assert.Contains("| 25% |", tables, StringComparison.Ordinal);
        Assert.Contains("Lost in the median of the 1 tasks with an advantage: 25%.", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_of_proposals_are_told_where_they_were_measured()
    {
        var tables = new TunerTables(Settings, [.. Runs(TunerAgent.Bandit, 1)]) { Times = new ProposalTimes(12.34, 45.6) };
        var without = new TunerTables(Settings, [.. Runs(TunerAgent.Bandit, 1)]) { Times = new ProposalTimes(12.34, null) };

        Assert.Contains("on hartmann6 takes 12.3 ms after 100 trials and 45.6 ms after 1,000", tables.Markdown(), StringComparison.Ordinal);
        Assert.DoesNotContain("hartmann6", without.Markdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Searches_that_time_did_not_allow_are_left_out()
    {
        var tables = new TunerTables(Settings, [.. Runs(TunerAgent.Bandit, 1).Take(3)]).Markdown();

        Assert.Contains("| branin | 1 | (1 to 1) | – | – |", tables, StringComparison.Ordinal);
        Assert.Contains("| terraces5 | – | – | – | – |", tables, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, 15)]
    [InlineData(20, 20)]
    [InlineData(59, 40)]
    [InlineData(100, 60)]
    public void Sides_are_compared_after_the_last_trial_that_all_have(int trials, int compared)
    {
        var settings = Settings with { Trials = trials };

        Assert.Equal(compared, new TaskFigures(settings, Branin, []).Trials);
        Assert.Equal(trials, new TaskFigures(settings, Terraces, []).Trials);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(12345.6, "12,346")]
    [InlineData(0.012345, "0.0123")]
    [InlineData(0.000012345, "1.2e-5")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void Figures_have_three_digits(double value, string written) => Assert.Equal(written, Written.Number(value));

    /// <summary>Each seed of each task ends with the same regret.</summary>
    private static IEnumerable<SearchRun> Runs(TunerAgent agent, double regret, int batch = 1) =>
        from task in Settings.Tasks
        from seed in Enumerable.Range(0, Settings.Seeds)
        let best = Enumerable.Repeat(task.Optimum + regret, Settings.Trials).ToArray()
        select new SearchRun(new SearchPlan(task, agent, seed, Settings.Trials, batch), best, best[^1], [.. best.Select(_ => agent.ToName())]);
}
