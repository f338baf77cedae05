using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Tests.Async;

/// <summary>The bench as it runs, made as short as it can be: what the lines hold, not how good the figures are.</summary>
public class AsyncBenchmarkTests
{
    [Fact]
    public async Task Every_rule_gets_a_line_in_every_setting_and_those_that_are_matched_have_one_mean_step()
    {
        var picture = Path.GetTempFileName();
        try
        {
            var run = await BenchRun.OfAsync("async", "--quick", "--seeds", "2", "--picture", picture);

            Assert.Equal("", run.Status == 0 ? "" : run.Error);
            Assert.Equal(
                from setting in new[] { "equal", "heavy-tailed", "bursty", "elastic" }
                from rule in new[] { "window", "current", "constant", "none", "synchronous" }
                select (setting, rule),
                run.Lines.Select(line => ((string)line["setting"]!, (string)line["rule"]!)));
            foreach (var setting in run.Lines.GroupBy(line => (string)line["setting"]!))
            {
                var window = StepOf(setting.First());
                Assert.All(setting.Where(line => (string)line["rule"]! != "none"), line => Assert.Equal(window, StepOf(line), 1e-6));
                Assert.All(setting.Where(line => (int)line["diverged"]! == 0), line => Assert.True((double)line["loss"]! > 0));
            }

            Assert.Contains("| heavy-tailed | window |", run.Error, StringComparison.Ordinal);
            Assert.StartsWith("<svg ", await File.ReadAllTextAsync(picture), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(picture);
        }
    }

    [Fact]
    public async Task A_sweep_compares_the_window_with_the_current_staleness_for_each_number_of_learners()
    {
        var run = await BenchRun.OfAsync("async", "--sweep", "--seeds", "2");

        Assert.Equal("", run.Status == 0 ? "" : run.Error);
        Assert.Equal(
            from learners in new[] { 8, 16, 32 }
            from setting in new[] { "heavy-tailed", "elastic" }
            from rule in new[] { "window", "current" }
            select (learners, setting, rule),
            run.Lines.Select(line => ((int)line["learners"]!, (string)line["setting"]!, (string)line["rule"]!)));
        Assert.Contains("| 32 | elastic |", run.Error, StringComparison.Ordinal);
    }

    private static double StepOf(JsonNode line) => (double)line["meanStep"]!;
}
