using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Tests.Tuner;

/// <summary>The bench as it runs, made as short as it can be: what the lines hold, not how good the figures are.</summary>
public class TunerBenchmarkTests
{
    [Fact]
    public async Task Every_search_gets_a_line_and_the_times_of_proposals_one()
    {
        var run = await BenchRun.OfAsync("tuner", "--agent", "sobol", "random", "--task", "branin", "familytree", "--seeds", "2", "--trials", "45");

        Assert.Equal(0, run.Status);
        Assert.All(run.Lines, line => Assert.Equal(("bench", "tuner"), (line.AsObject().First().Key, (string?)line["bench"])));
        var searches = run.Lines.Where(line => line["best"] is not null).ToList();
        Assert.Equal(
            [
                ("branin", "sobol", 0), ("branin", "random", 0), ("familytree", "sobol", 0), ("familytree", "random", 0),
                ("branin", "sobol", 1), ("branin", "random", 1), ("familytree", "sobol", 1), ("familytree", "random", 1),
            ],
            searches.Select(line => ((string)line["task"]!, (string)line["agent"]!, (int)line["seed"]!)));
        Assert.All(searches, line => Assert.Equal(["20", "40", "45"], line["best"]!.AsObject().Select(pair => pair.Key)));
        Assert.All(searches, line => Assert.True((double)line["best"]!["20"]! >= (double)line["best"]!["45"]!));
        var times = Assert.Single(run.Lines, line => line["proposeMilliseconds"] is not null);
        Assert.Equal(("hartmann6", "sobol"), ((string)times["task"]!, (string)times["agent"]!));
        Assert.True((double)times["proposeMilliseconds"]! > 0 && (double)times["proposeMillisecondsAt1000"]! > 0);
        Assert.Contains("| branin |", run.Error, StringComparison.Ordinal);
        Assert.Contains("| familytree |", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_that_failed_has_no_value_and_noise_shows_beside_the_best()
    {
        var run = await BenchRun.OfAsync("tuner", "--agent", "random", "--task", "failing4", "noisy-peaks6", "--seeds", "8", "--trials", "1");

        var failing = run.Lines.Where(line => (string?)line["task"] == "failing4").Select(line => line["best"]!["1"]).ToList();
        Assert.Contains(failing, best => best is null);
        Assert.Contains(failing, best => best is not null);
        var searches = run.Lines.Where(line => line["best"] is not null);
        Assert.All(searches, line => Assert.Equal((string?)line["task"] == "noisy-peaks6", line["luckiest"] is not null));
    }

    [Fact]
    public async Task A_set_and_a_batch_are_chosen_on_the_command_line()
    {
        var run = await BenchRun.OfAsync("tuner", "--quick", "--agent", "random", "--set", "own", "--seeds", "1", "--trials", "6", "--batch", "4");

        var searches = run.Lines.Where(line => line["best"] is not null).ToList();
        Assert.Equal(2 * Bench.Tuner.Tasks.TaskSet.Own.Tasks.Count, searches.Count);
        Assert.Equal([1, 4], searches.Select(line => (int)line["batch"]!).Distinct());
        Assert.Contains("random with 4 proposals at a time", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_and_pictures_go_where_they_are_wanted()
    {
        var folder = Directory.CreateTempSubdirectory("tuner-bench-");
        try
        {
            var page = Path.Combine(folder.FullName, "tuner.md");
            await File.WriteAllTextAsync(page, $"# Before\n\n{MarkedFile.Begin("tuner")}\nformer figures\n{MarkedFile.End}\n");
            var pictures = Path.Combine(folder.FullName, "pictures");

            var run = await BenchRun.OfAsync(
                "tuner", "--agent", "random", "--task", "branin", "choices7", "--seeds", "2", "--trials", "20",
                "--markdown", page, "--pictures", pictures);

            Assert.Equal(0, run.Status);
            var written = await File.ReadAllTextAsync(page);
            Assert.Contains("| branin |", written, StringComparison.Ordinal);
            Assert.DoesNotContain("former figures", written, StringComparison.Ordinal);
            Assert.DoesNotContain("| branin |", run.Error, StringComparison.Ordinal);
            Assert.Equal(
                ["tuner-belief.svg", "tuner-map.svg", "tuner-origins.svg", "tuner-own.svg", "tuner-reference.svg"],
                Directory.GetFiles(pictures).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
