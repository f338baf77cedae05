using DurableTrainer.Bench.Costs;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tests.Costs;

public class UsageBenchmarkTests
{
    [Fact]
    public async Task Every_pair_of_searches_gets_a_line_and_all_of_them_two()
    {
        var run = await BenchRun.OfAsync("usage", "--seeds", "2", "--trials", "14");

        Assert.Equal(0, run.Status);
        Assert.All(run.Lines, line => Assert.Equal("usage", (string?)line["bench"]));
        Assert.Equal([0, 1], run.Lines.Where(line => (string?)line["part"] == "search").Select(line => (int)line["seed"]!).Order());
        var causes = Assert.Single(run.Lines, line => (string?)line["part"] == "correlations");
        Assert.Equal(20, (int)causes["reports"]!);
        Assert.InRange((int)causes["memoryCausesFirst"]!, 16, 20);
        Assert.Equal(20, (int)causes["timeCauseFirst"]!);
        var mask = Assert.Single(run.Lines, line => (string?)line["part"] == "mask");
        Assert.True((int)mask["maskedOver"]! <= (int)mask["plainOver"]!);
        Assert.Contains("| avoided |", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_goes_where_it_is_wanted()
    {
        var run = await BenchRun.OfAsync($"{MarkedFile.Begin("usage")}\nformer figures\n{MarkedFile.End}\n", file =>
            ["usage", "--agent", "random", "--seeds", "1", "--trials", "10", "--markdown", file]);

        Assert.Equal(0, run.Status);
        Assert.DoesNotContain("| avoided |", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seeds", "0", "--seeds needs a number from 1 to 1000.")]
    [InlineData("--trials", "10001", "--trials needs a number from 1 to 10000.")]
    [InlineData("--agent", "nobody", "nobody")]
    public async Task What_cannot_be_measured_is_refused(string option, string value, string told)
    {
        var run = await BenchRun.OfAsync("usage", option, value);

        Assert.Equal(2, run.Status);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_third_of_the_space_is_over_a_limit()
    {
        var (space, random) = (new SearchSpace(CostlyTask.Space, []), new Core.Randomness.KeyedRandom(1, "task"));

        var over = Enumerable.Range(0, 2000).Count(trial =>
            CostlyTask.IsOver(CostlyTask.Measure(space.Decode([.. CostlyTask.Space.Select(_ => random.NextDouble())]), 1, trial)));

        Assert.InRange(over / 2000.0, 0.28, 0.42);
    }
}
