using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests.Learners;

/// <summary>Learners that are processes of their own, as a worker starts them.</summary>
public class LearnerTests
{
    [Fact]
    public async Task An_experiment_whose_learners_are_processes_runs_to_its_end()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["training"]!["parallel"] = JsonNode.Parse("""{ "mode": "async", "learners": 2, "learnerKind": "processes" }""");
            spec["training"]!["batchSize"] = 32;
            spec["training"]!["epochs"] = 3;
            spec["budget"]!["trials"] = 2;
        });

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data, "--json");

        Assert.True(run.Status == 0, run.Error + run.Output);
        Assert.Contains("parallel.staleness", run.Output + File.ReadAllText(Path.Combine(here.Data, "experiments/small-1/trials/0/metrics.jsonl")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(here.Data, "experiments/small-1/trials/0/updates.jsonl")));
    }

    [Fact]
    public async Task A_learner_that_nobody_needs_says_who_starts_one()
    {
        using var program = Dtrain.StartToTalk("learner");
        program.EndInput();

        var end = await program.ToEndAsync();

        Assert.Equal(2, end.Status);
        Assert.Contains("A learner is started by a worker", end.Error, StringComparison.Ordinal);
    }
}
