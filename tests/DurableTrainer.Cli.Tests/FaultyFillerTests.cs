using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>
/// Trials that go wrong in the gaps of another: trial 1 has a loss that is not finite, trial 2 takes more memory than it may, the worker of trial 3 is
/// killed. Trial 0, whose gaps they use, is what it is alone.
/// </summary>
public sealed class FaultyFillerTests : IAsyncLifetime
{
    private const string Filled = "filled-1", Alone = "alone-1";

    private readonly Workspace here = new();
    private Finished run = new(-1, "", "");

    public async Task InitializeAsync()
    {
        run = await RunFilledAsync();
        var alone = await Dtrain.RunAsync("run", Write("alone", trials: 1), "--data", here.Data);
        Assert.True(alone.Status == 0, alone.Error + alone.Output);
    }

    [Fact]
    public void The_trial_that_is_filled_is_the_one_that_it_is_alone_to_the_bit()
    {
        Assert.True(run.Status == 0, run.Error + run.Output);
        var expected = Values(Alone, trial: 0);

        Assert.Equal(expected, Values(Filled, trial: 0));
        var checkpoints = Directory.GetFiles(Folder(Alone, trial: 0, "checkpoints")).Select(Path.GetFileName).Order().ToList();
        Assert.NotEmpty(checkpoints);
        Assert.All(checkpoints, name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(Folder(Alone, trial: 0, "checkpoints"), name!)), File.ReadAllBytes(Path.Combine(Folder(Filled, trial: 0, "checkpoints"), name!))));
    }

    [Theory]
    [InlineData(1, "loss")]
    [InlineData(2, "memory")]
    public void A_filler_that_goes_wrong_ends_and_says_why(int trial, string why)
    {
        var ended = Trial(trial);

        Assert.Equal("failed", (string)ended["state"]!);
        Assert.Contains(why, (string)ended["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filler_whose_worker_was_killed_goes_on_and_comes_to_its_end()
    {
        Assert.Equal("completed", (string)Trial(3)["state"]!);
        Assert.Equal(Epochs, Values(Filled, trial: 3).Count);
    }

    public Task DisposeAsync()
    {
        here.Dispose();
        return Task.CompletedTask;
    }

    private const int Epochs = 40;

    private async Task<Finished> RunFilledAsync()
    {
        using var program = Dtrain.Start("run", Write("filled", trials: 4), "--data", here.Data, "--workers", "2", "--json");
        await program.UntilAsync("\"type\":\"epoch\",\"trial\":3", times: 2);
        // Whoever holds the place is filled; when that is over, trial 3 does.
        foreach (var worker in program.Workers.Where(worker => !Holds(worker, "filled.lock")))
            Dtrain.TryKill(worker);
        return await program.ToEndAsync();
    }

    private static bool Holds(int process, string file)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget?.EndsWith(file, StringComparison.Ordinal) == true);
        }
        catch (IOException)
        {
            // It has ended.
            return false;
        }
    }

    private string Write(string name, int trials) => here.Write(
        spec =>
        {
            spec["name"] = name;
            spec["tuner"] = new JsonObject { ["agent"] = "grid" };
            spec["scheduler"] = new JsonObject { ["type"] = "none" };
            spec["space"] = JsonNode.Parse("""[ { "name": "kind", "type": "ordinal", "values": [0, 1, 2, 3] } ]""");
            spec["training"] = JsonNode.Parse("""
                {
                  "data": { "type": "csv", "path": "digits.csv.gz", "scale": 0.0625, "split": { "validation": 0.2, "test": 0.1 } },
                  "model": { "layers": [
                    { "type": "linear", "units": "$768 + 24000 * max(0, 1 - abs(kind - 2))" }, "relu", { "type": "linear", "units": 256 }, "relu",
                    { "type": "linear", "units": 10 } ] },
                  "loss": "crossEntropy",
                  "optimizer": { "type": "sgd", "learningRate": "$0.05 * 10 ^ (31 * max(0, 1 - abs(kind - 1)))" },
                  "batchSize": 256,
                  "parallel": { "mode": "pipeline", "microBatches": 2, "fill": { "with": "trials" } }
                }
                """);
            spec["training"]!["epochs"] = Epochs;
            spec["limits"] = new JsonObject { ["memory"] = "350MiB" };
            spec["budget"] = new JsonObject { ["trials"] = trials, ["parallel"] = 2 };
        },
        name);

    private JsonNode Trial(int number) => JsonNode.Parse(File.ReadAllText(Path.Combine(here.Data, "experiments", Filled, "result.json")))!["trials"]!.AsArray()
        .Single(trial => (int)trial!["trial"]! == number)!;

    private List<string> Values(string experiment, int trial) =>
        [.. File.ReadLines(Folder(experiment, trial, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!["values"]!.ToJsonString())];

    private string Folder(string experiment, int trial, string what) => Path.Combine(here.Data, "experiments", experiment, "trials", $"{trial}", what);
}
