using System.Text.Json.Nodes;
using DurableTrainer.Training.Parallel.Async;
using Xunit.Abstractions;

namespace DurableTrainer.Cli.Tests.Learners;

/// <summary>The whole program is killed while its learners compute.</summary>
public sealed class HostKillTests(ITestOutputHelper output)
{
    private const int Epochs = 6, Batches = 35, Rounds = 3;

    [Fact]
    public async Task A_host_that_is_killed_leaves_no_learner_behind_and_a_run_that_goes_on_ends_with_every_epoch()
    {
        var random = new Random(Soak.Seed(output));
        var rounds = Soak.Times(Rounds);
        using var here = new Workspace();
        here.KeepDigits(1000);
        here.Write(spec =>
        {
            spec["training"]!["parallel"] = JsonNode.Parse("""{ "mode": "async", "learners": 2, "learnerKind": "processes" }""");
            spec["training"]!["batchSize"] = 20;
            spec["training"]!["epochs"] = Epochs;
            spec["scheduler"] = JsonNode.Parse("""{ "type": "none" }""");
            spec["budget"]!["trials"] = rounds;
        });
        for (var round = 0; round < rounds; round++)
        {
            using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
            await program.UntilAsync("\"type\":\"epoch\"", random.Next(1, 4));
            await Task.Delay(random.Next(60));
            int[] descendants = [.. program.Workers, .. program.Workers.SelectMany(Dtrain.ChildrenOf)];

            program.Kill();

            await program.ToEndAsync();
            await Task.WhenAll(descendants.Select(Dtrain.GoneAsync));
        }

        var finished = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.True(finished.Status == 0, finished.Error + finished.Output);
        for (var trial = 0; trial < rounds; trial++)
        {
            var folder = Path.Combine(here.Data, "experiments", "small-1", "trials", $"{trial}");
            var metrics = File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!);
            Assert.Equal(Enumerable.Range(1, Epochs), metrics.Select(epoch => (int)epoch["epoch"]!));
            LoggedUpdates.AssertOnce([.. File.ReadLines(Path.Combine(folder, "updates.jsonl")).Select(UpdateRecord.Parse)], Epochs, Batches);
        }
    }
}
