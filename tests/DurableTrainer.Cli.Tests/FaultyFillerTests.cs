using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>
/// Trials that go wrong in the gaps of another: one has a loss that is not finite, one takes more memory than it may, and the worker of one is killed.
/// Trial 0, whose gaps they use, is what it is alone.
/// </summary>
public sealed class FaultyFillerTests(FaultyFillerTests.Runs runs) : IClassFixture<FaultyFillerTests.Runs>
{
    private const string Filled = "filled-1", Alone = "alone-1";

    private const int FillersEpochs = 10;

    /// <summary>Values of the parameter that says what becomes of a trial; that of trial 0 is 0. A grid takes the first one, and then begins at the end.</summary>
    private const int NotFinite = 1, Large = 2, Killed = 3;

    [Fact]
    public void The_trial_that_is_filled_is_the_one_that_it_is_alone_to_the_bit()
    {
        Assert.Equal(runs.Values(Alone, trial: 0), runs.Values(Filled, trial: 0));
        var checkpoints = Directory.GetFiles(runs.Folder(Alone, trial: 0, "checkpoints")).Select(Path.GetFileName).Order().ToList();
        Assert.NotEmpty(checkpoints);
        Assert.All(checkpoints, name => Assert.Equal(
            File.ReadAllBytes(Path.Combine(runs.Folder(Alone, trial: 0, "checkpoints"), name!)),
            File.ReadAllBytes(Path.Combine(runs.Folder(Filled, trial: 0, "checkpoints"), name!))));
    }

    [Theory]
    [InlineData(NotFinite, "became not a number")]
    [InlineData(Large, "memory of at most 350 MiB")]
    public void A_filler_that_goes_wrong_ends_and_says_why(int kind, string why)
    {
        var ended = runs.Trial(kind);

        Assert.Equal("failed", (string)ended["status"]!);
        Assert.Contains(why, (string)ended["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filler_whose_worker_was_killed_goes_on_and_comes_to_its_end()
    {
        var killed = runs.Trial(Killed);

        Assert.Equal("completed", (string)killed["status"]!);
        Assert.Equal(FillersEpochs, runs.Values(Filled, (int)killed["trial"]!).Count);
    }

    /// <summary>Both experiments: the one in which others go wrong, and trial 0 alone.</summary>
    public sealed class Runs : IAsyncLifetime, IDisposable
    {
        private readonly Workspace here = new();

        public async Task InitializeAsync()
        {
            foreach (var run in (Finished[])[await RunFilledAsync(), await Dtrain.RunAsync("run", Write("alone", [0]), "--data", here.Data)])
                Assert.True(run.Status == 0, run.Error + run.Output);
        }

        public JsonNode Trial(int kind) => JsonNode.Parse(File.ReadAllText(Path.Combine(here.Data, "experiments", Filled, "result.json")))!["trials"]!.AsArray()
            .Single(trial => (int)trial!["point"]!["kind"]! == kind)!;

        public List<string> Values(string experiment, int trial) =>
            [.. File.ReadLines(Folder(experiment, trial, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!["values"]!.ToJsonString())];

        public string Folder(string experiment, int trial, string what) => Path.Combine(here.Data, "experiments", experiment, "trials", $"{trial}", what);

        public Task DisposeAsync() => Task.CompletedTask;

        public void Dispose() => here.Dispose();

        private async Task<Finished> RunFilledAsync()
        {
            using var program = Dtrain.Start("run", Write("filled", [0, NotFinite, Large, Killed]), "--data", here.Data, "--workers", "2", "--json");
            await program.UntilAsync("\"type\":\"epoch\",\"trial\":1", times: 2);
            // Who holds the place is filled. When trial 0 has ended before, the other one does.
            var fillers = program.Workers.Where(worker => !Holds(worker, "filled.lock")).ToList();
            (fillers.Count == 1 ? fillers : program.Workers).ToList().ForEach(worker => Dtrain.TryKill(worker));
            return await program.ToEndAsync();
        }

        private static bool Holds(int process, string file)
        {
            try
            {
                return Directory.EnumerateFileSystemEntries($"/proc/{process}/fd")
                    .Any(descriptor => new FileInfo(descriptor).LinkTarget?.EndsWith(file, StringComparison.Ordinal) == true);
            }
            catch (IOException)
            {
                // It has ended.
                return false;
            }
        }

        private string Write(string name, int[] kinds) => here.Write(
            spec =>
            {
                spec["name"] = name;
                spec["tuner"] = new JsonObject { ["agent"] = "grid" };
                spec["scheduler"] = new JsonObject { ["type"] = "none" };
                spec["space"] = JsonNode.Parse($$"""[ { "name": "kind", "type": "ordinal", "values": [{{string.Join(", ", kinds)}}] } ]""");
                spec["training"] = JsonNode.Parse("""
                    {
                      "data": { "type": "csv", "path": "digits.csv.gz", "scale": 0.0625, "split": { "validation": 0.2, "test": 0.1 } },
                      "model": { "layers": [
                        { "type": "linear", "units": "$(768 + 24000 * max(0, 1 - abs($kind - 2)))" }, "relu", { "type": "linear", "units": 256 }, "relu",
                        { "type": "linear", "units": 10 } ] },
                      "loss": "crossEntropy",
                      "optimizer": { "type": "sgd", "learningRate": "$(0.05 * 10 ^ (31 * max(0, 1 - abs($kind - 1))))" },
                      "batchSize": 256,
                      "epochs": "$(10 + 90 * max(0, 1 - $kind))",
                      "parallel": { "mode": "pipeline", "microBatches": 2, "fill": { "with": "trials" } }
                    }
                    """);
                spec["limits"] = new JsonObject { ["memory"] = "350MiB" };
                spec["budget"] = new JsonObject { ["trials"] = kinds.Length, ["parallel"] = 2 };
            },
            name);
    }
}
