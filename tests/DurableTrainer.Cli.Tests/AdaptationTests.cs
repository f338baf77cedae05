using System.Text;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>Population-based training as a user runs it: killed in the middle of clones, and its best model trained again.</summary>
public sealed class AdaptationTests(AdaptationTests.RunThrough through) : IClassFixture<AdaptationTests.RunThrough>
{
    private const string Cloned = "\"type\":\"trialAdjusted\"";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_is_killed_in_the_middle_of_clones_ends_as_one_that_ran_through(bool workersToo)
    {
        using var here = new Workspace();
        here.Write(Adapt);
        for (var round = 0; round < 4; round++)
        {
            // The first slice of a branch begins when its clone is told of; in every second round an epoch of it is done.
            using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
            await program.UntilAsync(Cloned);
            if (round % 2 == 1)
                await program.UntilAsync("\"type\":\"epoch\"");
            var children = program.Workers;
            program.Kill();
            if (workersToo)
                children.ToList().ForEach(Dtrain.Kill);
            await program.ToEndAsync();
        }

        var finished = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.True(finished.Status == 0, finished.Error + finished.Output);
        Assert.Equal(through.Result, Encoding.UTF8.GetString(here.Read("small-1/result.json")));
        Assert.Equal(through.Model, here.Read("small-1/model/model.safetensors"));
    }

    [Fact]
    public async Task The_best_model_is_trained_again_to_the_same_bits_even_when_that_is_killed()
    {
        var here = through.Workspace;
        Assert.NotNull(JsonNode.Parse(through.Result)!["best"]!["lineage"]);
        using (var program = Dtrain.Start("run", "--replay", "small-1", "--data", here.Data, "--json"))
        {
            await program.UntilAsync("\"type\":\"epoch\"", 2);
            program.Kill();
            await program.ToEndAsync();
        }

        var finished = await Dtrain.RunAsync("run", "--replay", "small-1", "--data", here.Data);

        Assert.True(finished.Status == 0, finished.Error + finished.Output);
        Assert.Contains("small-replay-1 goes on where it was", finished.Output, StringComparison.Ordinal);
        Assert.Contains("the model of small-1, bit for bit", finished.Output, StringComparison.Ordinal);
        Assert.Equal(through.Model, here.Read("small-replay-1/model/model.safetensors"));
    }

    [Fact]
    public async Task The_lineage_of_the_best_is_shown()
    {
        var shown = await Dtrain.RunAsync("show", "small-1", "--data", through.Workspace.Data);

        Assert.Contains("lineage", shown.Output, StringComparison.Ordinal);
        Assert.Contains("epochs 1–", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no experiment 'small-9' to replay.", "--replay", "small-9")]
    [InlineData("--replay takes its spec from the experiment; leave the file out.", "SPEC", "--replay", "small-1")]
    [InlineData("What is to be run? Name an experiment file, or an experiment with --replay.")]
    public async Task A_replay_of_nothing_is_refused(string because, params string[] arguments)
    {
        var here = through.Workspace;

        var finished = await Dtrain.RunAsync(["run", .. arguments.Select(argument => argument == "SPEC" ? here.Spec : argument), "--data", here.Data]);

        Assert.Equal(2, finished.Status);
        Assert.Equal(because, finished.Error.Trim());
    }

    [Fact]
    public async Task A_replay_on_other_data_is_refused()
    {
        using var here = new Workspace();
        here.Write(spec => spec["budget"]!["trials"] = 2);
        Assert.Equal(0, (await Dtrain.RunAsync("run", here.Spec, "--data", here.Data)).Status);
        await File.WriteAllBytesAsync(here.DataFile, Gzip.Compress(string.Join('\n', Gzip.Lines(await File.ReadAllBytesAsync(here.DataFile)).SkipLast(1))));

        var finished = await Dtrain.RunAsync("run", "--replay", "small-1", "--data", here.Data);

        Assert.Equal(2, finished.Status);
        Assert.Contains("The data of 'small-1' has changed since", finished.Error, StringComparison.Ordinal);
    }

    private static void Adapt(JsonNode spec)
    {
        spec["space"]![0]!["adjustable"] = true;
        spec["space"]![2]!["adjustable"] = true;
        spec["scheduler"] = new JsonObject { ["type"] = "none" };
        spec["adaptation"] = new JsonObject { ["type"] = "pbt", ["everyEpochs"] = 2 };
        spec["tuner"] = new JsonObject { ["agent"] = "random" };
        spec["budget"]!["trials"] = 12;
        spec["training"]!["batchSize"] = 16;
    }

    /// <summary>The experiment without a disturbance.</summary>
    public sealed class RunThrough : IAsyncLifetime
    {
        internal Workspace Workspace { get; } = new();

        public string Result { get; private set; } = "";

        public byte[] Model { get; private set; } = [];

        public async Task InitializeAsync()
        {
            var finished = await Dtrain.RunAsync("run", Workspace.Write(Adapt), "--data", Workspace.Data);
            Assert.True(finished.Status == 0, finished.Error);
            Result = Encoding.UTF8.GetString(Workspace.Read("small-1/result.json"));
            Model = Workspace.Read("small-1/model/model.safetensors");
        }

        public Task DisposeAsync()
        {
            Workspace.Dispose();
            return Task.CompletedTask;
        }
    }
}
