using System.Text.Json;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Train;
using DurableTrainer.Bench.Train.Contestants;
using DurableTrainer.Bench.Train.Reports;

namespace DurableTrainer.Bench.Tests.Train;

public class TrainTablesTests
{
    private static readonly Opponent Other = Opponent.Parse("mkl,LD_PRELOAD=a=b.so")!;
    private static readonly Cell[] Cells = [new(Workload.Named("mlp"), 16), new(Workload.Named("mlp"), 64)];

    [Fact]
    public void Undisturbed_figures_stand_without_a_mark_and_their_mean_below()
    {
        var tables = Tables(others: [0.01, 0.02]);

        Assert.Contains("| mlp | 16 | 320 | 160 | 2.00× |", tables, StringComparison.Ordinal);
        Assert.Contains("| mlp | 64 | 1,280 | 160 | 8.00× |", tables, StringComparison.Ordinal);
        Assert.Contains("| geometric mean | | | | **4.00×** |", tables, StringComparison.Ordinal);
        Assert.Contains("| mkl | 50.0 | 200% |", tables, StringComparison.Ordinal);
        Assert.DoesNotContain("\\*", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disturbed_cell_marks_itself_and_every_mean_that_it_is_in()
    {
        var tables = Tables(others: [0.01, 0.6]);

        Assert.Contains("| mlp | 16 | 320 | 160 | 2.00× |", tables, StringComparison.Ordinal);
        Assert.Contains("| mlp | 64 | 1,280 \\* | 160 \\* | 8.00× \\* |", tables, StringComparison.Ordinal);
        Assert.Contains("**4.00×** \\* |", tables, StringComparison.Ordinal);
        Assert.Contains("up to 60%", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void An_opponent_is_a_name_and_what_its_environment_has()
    {
        Assert.Equal("mkl", Other.Name);
        Assert.Equal("a=b.so", Assert.Single(Other.Environment, variable => variable.Key == "LD_PRELOAD").Value);
        Assert.All(new[] { "", ",A=1", "a,", "a,=1", "A=1" }, text => Assert.Null(Opponent.Parse(text)));
    }

    /// <summary>Steps per second of 20 against 10 and of 20 against 2.5, with that share of others in each cell.</summary>
    private static string Tables(double[] others)
    {
        Side[] sides = [new(null, 1), new(Other, 1)];
        double[][] values = [[20, 10], [20, 2.5]];
        var figures = Cells.SelectMany((cell, i) =>
            Figure.Of(new MatchResult(cell, sides, RoundSelection.Of([new Round(values[i], others[i])], wanted: 1), new Dictionary<int, long>())));
        var settings = new TrainSettings
        {
            Cells = Cells,
            Threads = [1],
            Rounds = new RoundPlan(1, 1, 1),
            WarmSeconds = 1,
            Patience = Timeout.InfiniteTimeSpan,
            WorkerEpochs = 1,
            Opponents = [Other],
            Python = "python3",
            Tables = true,
            TablesFile = null,
        };
        var greeting = JsonDocument.Parse("""{"torch":"1.13","libraries":["libmkl_rt.so"],"version":""}""").RootElement;
        var products = new Dictionary<string, double> { ["mkl"] = 50 };
        var quiet = RoundSelection.Of([new Round([100, 50], 0)], wanted: 1);
        return new TrainTables(settings, _ => greeting, [.. figures], 100, products, quiet, workerMemory: 90_000_000).Markdown();
    }
}
