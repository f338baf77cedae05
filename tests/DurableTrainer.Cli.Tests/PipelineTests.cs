using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>An experiment whose trials are pipelines, and train in each other's gaps.</summary>
public class PipelineTests
{
    [Fact]
    public async Task Trials_fill_each_others_gaps_and_come_to_what_they_come_to_alone()
    {
        using var here = new Workspace();
        var alone = await RunAsync(here, "alone", fill: null);
        var filled = await RunAsync(here, "filled", fill: "trials");

        // Points do not depend on what trials come to, so that those of one number are the same.
        foreach (var trial in new[] { 0, 1 })
            Assert.Equal(Losses(here, alone, trial), Losses(here, filled, trial));
        var told = await Dtrain.RunAsync("show", filled, "--data", here.Data, "--decisions");
        Assert.Contains("fills the gaps of the units", told.Output, StringComparison.Ordinal);
        Assert.Contains("the gaps of trial", told.Output, StringComparison.Ordinal);
        Assert.Contains("Pipelines", File.ReadAllText(Path.Combine(here.Data, "experiments", filled, "report.html")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(here.Data, "experiments", filled, "trials/0/trace.json")));
    }

    private static async Task<string> RunAsync(Workspace here, string name, string? fill)
    {
        var path = here.Write(
            spec =>
            {
                spec["name"] = name;
                spec["tuner"] = new JsonObject { ["agent"] = "random" };
                spec["scheduler"] = new JsonObject { ["type"] = "none" };
                spec["training"]!["model"] = JsonNode.Parse("""
                    { "layers": [ { "type": "linear", "units": 512 }, "relu", { "type": "linear", "units": 512 }, "relu", { "type": "linear", "units": 10 } ] }
                    """);
                spec["space"] = JsonNode.Parse("""[ { "name": "learningRate", "type": "float", "min": 3e-4, "max": 0.03, "scale": "log" } ]""");
                spec["training"]!["batchSize"] = 256;
                spec["training"]!["epochs"] = 15;
                spec["training"]!["parallel"] = new JsonObject { ["mode"] = "pipeline", ["microBatches"] = 2, ["fill"] = fill is null ? null : new JsonObject { ["with"] = fill } };
                spec["budget"] = JsonNode.Parse("""{ "trials": 2, "parallel": 2 }""");
            },
            name);
        var run = await Dtrain.RunAsync("run", path, "--data", here.Data, "--workers", "2", "--json");
        Assert.True(run.Status == 0, run.Error + run.Output);
        return name + "-1";
    }

    private static List<string> Losses(Workspace here, string experiment, int trial) =>
        [.. File.ReadLines(Path.Combine(here.Data, "experiments", experiment, "trials", $"{trial}", "metrics.jsonl"))
            .Select(line => JsonNode.Parse(line)!["values"]!.ToJsonString())];
}
