using DurableTrainer.Bench.Searches;
using DurableTrainer.Bench.Searches.Reports;
using DurableTrainer.Bench.Searches.Tasks;

namespace DurableTrainer.Bench.Tests.Searches;

/// <summary>Of searches that were made up.</summary>
public class SearchTablesTests
{
    private static readonly TrainingTask Digits = TrainingTask.All.Single(task => task.Name == "digits");
    private static readonly TrainingTask FallingRate = TrainingTask.All.Single(task => task.Name == FallingRateTask.TaskName);

    [Fact]
    public void Halving_is_as_good_where_little_is_lost_and_counts_where_epochs_are_few()
    {
        ArmRun[] runs =
        [
            Run(Digits, Arm.Full, 0, 0.99, 2000), Run(Digits, Arm.Asha, 0, 0.987, 400),
            Run(Digits, Arm.Full, 1, 0.99, 2000), Run(Digits, Arm.Asha, 1, 0.985, 400),
            Run(Digits, Arm.Full, 2, 0.98, 2000), Run(Digits, Arm.Asha, 2, 0.99, 600),
            // Without its pair.
            Run(Digits, Arm.Asha, 3, 0.5, 9000),
        ];

        var tables = new SearchTables(runs, []).Markdown();

        Assert.Contains("as good (within 0.003) in 2 of 3 seeds, median difference -0.0030", tables, StringComparison.Ordinal);
        Assert.Contains("; 20% (20% to 25%) of the epochs; as good with at most a quarter of the epochs in 1 of 3 seeds.", tables, StringComparison.Ordinal);
        Assert.Contains("| asha | 4 |", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void Time_is_compared_up_to_a_value_that_both_reach()
    {
        var slow = Run(Digits, Arm.Asha, 0, 0.98, 400) with { Improvements = [new(10, 100, 0.9), new(40, 300, 0.98)], WallSeconds = 50 };
        var quick = Run(Digits, Arm.AshaAllocation, 0, 0.99, 400) with { Improvements = [new(5, 100, 0.9), new(20, 300, 0.98), new(35, 390, 0.99)], WallSeconds = 40 };

        var tables = new SearchTables([slow, quick], []).Markdown();

        Assert.Contains("as a ratio, 0.50 (0.50 to 0.50), p 1.000; time in all 0.80 (0.80 to 0.80)", tables, StringComparison.Ordinal);
        Assert.Contains("difference of the best values +0.0100", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void Adaptation_is_compared_with_halving_alone_and_a_lower_loss_is_better()
    {
        ArmRun[] runs =
        [
            Run(FallingRate, Arm.Asha, 0, 1.1, 500), Run(FallingRate, Arm.Pbt, 0, 1.05, 500),
            Run(FallingRate, Arm.Asha, 1, 1.2, 500), Run(FallingRate, Arm.Pbt, 1, 1.25, 500),
            Run(FallingRate, Arm.Asha, 2, 1.2, 500), Run(FallingRate, Arm.Pbt, 2, 1.1, 500),
        ];

        var tables = new SearchTables(runs, []).Markdown();

        Assert.Contains("| pbt | 2 | 0 | 1 | +0.0500 |", tables, StringComparison.Ordinal);
        Assert.DoesNotContain("quarter", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_that_are_held_show_that_the_best_one_falls()
    {
        ConstantRun[] constants =
        [
            .. FallingRateTask.ConstantRates.Select(rate => new ConstantRun(0, rate, [.. Enumerable.Range(1, FallingRateTask.Epochs).Select(epoch => 1 / (rate * epoch) + 20 * rate * epoch)])),
            .. FallingRateTask.ConstantRates.Select(rate => new ConstantRun(1, rate, rate == 0.05 ? [] : [.. Enumerable.Repeat(1 + rate, FallingRateTask.Epochs)])),
        ];

        var tables = new SearchTables([Run(FallingRate, Arm.Asha, 0, 1.1, 500)], constants).Markdown();

        Assert.Contains("| 0.05 | ∞ | ∞ | ∞ | ∞ | ∞ |", tables, StringComparison.Ordinal);
        Assert.Contains("is higher than the one that is best after 27 in 1 of 2 seeds.", tables, StringComparison.Ordinal);
    }

    private static ArmRun Run(TrainingTask task, Arm arm, int seed, double best, int epochs) => new()
    {
        Task = task,
        Arm = arm.Name,
        Seed = seed,
        Improvements = [new Improvement(30, epochs / 2, best)],
        Trials = 40,
        Epochs = epochs,
        WallSeconds = 60,
        TrainingShare = 0.9,
        Test = best,
    };
}
