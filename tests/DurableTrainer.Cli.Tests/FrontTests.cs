using System.Text;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>Experiments with two objectives: what a user sees, and that a crash changes nothing of it.</summary>
public class FrontTests
{
    [Fact]
    public async Task A_run_with_two_objectives_shows_the_front_and_ends_the_same_after_a_kill()
    {
        using var through = new Workspace();
        var finished = await Dtrain.RunAsync("run", through.Write(TwoObjectives), "--data", through.Data);
        Assert.True(finished.Status == 0, finished.Error);
        Assert.Contains("Pareto front", finished.Output, StringComparison.Ordinal);
        Assert.Contains("for validation.accuracy and model.flops", finished.Output, StringComparison.Ordinal);
        var shown = await Dtrain.RunAsync("show", "small-1", "--data", through.Data);
        Assert.Contains("Pareto front", shown.Output, StringComparison.Ordinal);
        var view = JsonNode.Parse((await Dtrain.RunAsync("show", "small-1", "--json", "--data", through.Data)).Output.Split('\n')[0])!;
        Assert.Equal(["validation.accuracy", "model.flops"], view["metrics"]!.AsArray().Select(metric => metric!.GetValue<string>()));
        Assert.NotNull(view["front"]![0]!["values"]!["model.flops"]);

        var importance = await Dtrain.RunAsync("show", "small-1", "--importance", "--data", through.Data);
        Assert.Contains("What validation.accuracy depends on", importance.Output, StringComparison.Ordinal);
        Assert.Matches("width +│ 9[0-9]", importance.Output.Split("What model.flops depends on")[1]);
        var reports = (await Dtrain.RunAsync("show", "small-1", "--importance", "--json", "--data", through.Data)).Output.Trim().Split('\n');
        Assert.Equal(["validation.accuracy", "model.flops"], reports.Select(line => JsonNode.Parse(line)!["metric"]!.GetValue<string>()));
        // As an earlier version left it.
        File.Delete(Path.Combine(through.Data, "experiments", "small-1", "importance.json"));
        Assert.Equal(reports, (await Dtrain.RunAsync("show", "small-1", "--importance", "--json", "--data", through.Data)).Output.Trim().Split('\n'));

        var correlations = await Dtrain.RunAsync("show", "small-1", "--correlations", "--data", through.Data);
        Assert.Contains("What goes with what", correlations.Output, StringComparison.Ordinal);
        Assert.Contains("From 10 trials: rank correlations", correlations.Output, StringComparison.Ordinal);
        var told = JsonNode.Parse((await Dtrain.RunAsync("show", "small-1", "--correlations", "--json", "--data", through.Data)).Output)!;
        Assert.Equal(JsonNode.Parse(through.Read("small-1/correlations.json"))!.ToJsonString(), told.ToJsonString());
        var flops = told["pairs"]!.AsArray().Where(pair => (string?)pair!["metric"] == "model.flops").ToList();
        Assert.Equal("width", (string)flops[0]!["parameter"]!);
        Assert.Contains(told["pairs"]!.AsArray(), pair => (string?)pair!["resource"] == "memory" && (int)pair["trials"]! == 10);
        File.Delete(Path.Combine(through.Data, "experiments", "small-1", "correlations.json"));
        Assert.Equal(told.ToJsonString(), JsonNode.Parse((await Dtrain.RunAsync("show", "small-1", "--correlations", "--json", "--data", through.Data)).Output)!.ToJsonString());

        // The same experiment again is expected to take what it took.
        var plan = await Dtrain.RunAsync("plan", through.Spec, "--data", through.Data);
        Assert.Matches("expected +from small-1: .* CPU time \\(at most .*\\), .* of wall clock .*, peak memory [0-9]+ MiB", plan.Output);

        using var here = new Workspace();
        here.Write(TwoObjectives);
        foreach (var epochs in (int[])[2, 5])
        {
            using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
            await program.UntilAsync("\"type\":\"epoch\"", epochs);
            program.Kill();
            await program.ToEndAsync();
        }

        finished = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        Assert.True(finished.Status == 0, finished.Error);
        Assert.Equal(Encoding.UTF8.GetString(through.Read("small-1/result.json")), Encoding.UTF8.GetString(here.Read("small-1/result.json")));
    }

    private static void TwoObjectives(JsonNode spec)
    {
        spec["objective"] = JsonNode.Parse("""[ { "metric": "validation.accuracy" }, { "metric": "model.flops" } ]""");
        spec["budget"]!["trials"] = 10;
    }
}
