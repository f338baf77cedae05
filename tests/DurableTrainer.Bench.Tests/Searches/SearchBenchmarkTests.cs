namespace DurableTrainer.Bench.Tests.Searches;

/// <summary>The bench as it runs, made as short as it can be: what the lines hold, not how good the figures are.</summary>
public class SearchBenchmarkTests
{
    [Fact]
    public async Task Every_search_gets_a_line_and_tables_say_the_same()
    {
        var run = await BenchRun.OfAsync("search", "--task", "falling-rate", "--arm", "asha", "full", "--seeds", "1", "--trials", "1");

        Assert.Equal("", run.Status == 0 ? "" : run.Error);
        Assert.Equal(["full", "asha"], run.Lines.Select(line => (string)line["arm"]!));
        Assert.All(run.Lines, line => Assert.True((double)line["bestLoss"]! > 0 && (int)line["epochs"]! > 0 && (double)line["wallSeconds"]! > 0));
        Assert.All(run.Lines, line => Assert.InRange((double)line["secondsToWithin"]!, 0, (double)line["secondsToBest"]!));
        Assert.Contains("| asha | 1 |", run.Error, StringComparison.Ordinal);
    }
}
