using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>The main job: run an experiment, look at it, take the model.</summary>
public class RunTests
{
    [Fact]
    public async Task An_experiment_runs_to_its_end_and_can_be_looked_at_and_its_model_taken()
    {
        using var here = new Workspace();
        var run = await Dtrain.RunAsync("run", here.Write(Short), "--data", here.Data);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("Best trials", run.Output, StringComparison.Ordinal);
        Assert.Contains("budget: all 9 trials are done", run.Output, StringComparison.Ordinal);
        Assert.Contains("test.accuracy", run.Output, StringComparison.Ordinal);

        var again = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        Assert.Equal(0, again.Status);
        Assert.Contains("small-1 is finished; start a new one with --new.", again.Output, StringComparison.Ordinal);
        Assert.Contains("Best trials", again.Output, StringComparison.Ordinal);

        var anew = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data, "--new");
        Assert.Equal(0, anew.Status);
        Assert.Equal(here.Read("small-1/model/model.safetensors"), here.Read("small-2/model/model.safetensors"));

        var list = await Dtrain.RunAsync("list", "--data", here.Data, "--json");
        Assert.Equal(["small-2", "small-1"], list.Output.TrimEnd().Split('\n').Select(line => (string)JsonNode.Parse(line)!["id"]!));

        var show = await Dtrain.RunAsync("show", "small-1", "--data", here.Data, "--json");
        Assert.Equal(10, show.Output.TrimEnd().Split('\n').Length);

        var pulled = Path.Combine(here.Root, "model");
        Assert.Equal(0, (await Dtrain.RunAsync("model", "pull", "small-1", "--data", here.Data, "--to", pulled)).Status);
        Assert.Equal(here.Read("small-1/model/model.safetensors"), File.ReadAllBytes(Path.Combine(pulled, "model.safetensors")));
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(pulled, "model.json")))!;
        Assert.Equal("small-1", (string)description["lineage"]!["experiment"]!);

        var refused = await Dtrain.RunAsync("model", "pull", "small-1", "--data", here.Data, "--to", pulled);
        Assert.Equal(2, refused.Status);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_lines_tell_everything_that_happens_and_the_result_last()
    {
        using var here = new Workspace();
        var run = await Dtrain.RunAsync("run", here.Write(Short), "--data", here.Data, "--json");

        var lines = run.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        var types = lines.Select(line => (string)line["type"]!).ToList();
        Assert.Equal("experimentStarted", types[0]);
        Assert.Equal(9, types.Count(type => type == "trialStarted"));
        Assert.Equal(9, types.Count(type => type == "trialEnded"));
        Assert.Equal("result", types[^1]);
        Assert.Equal(
            lines[^1]["result"]!["trials"]!.AsArray().Sum(trial => (int)trial!["epochs"]!),
            types.Count(type => type == "epoch"));
    }

    [Fact]
    public async Task Several_trials_at_once_run_on_as_many_workers()
    {
        using var here = new Workspace();
        here.Write(spec => (spec["budget"]!["trials"], spec["budget"]!["parallel"]) = (20, 3));
        using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
        await program.UntilAsync("\"type\":\"sliceEnded\"", 3);

        Assert.Equal(3, program.Workers.Count);
        Assert.Equal(0, (await program.ToEndAsync()).Status);
    }

    [Theory]
    [InlineData("digits.json")]
    [InlineData("mlp.yaml")]
    public async Task The_examples_can_be_planned_and_planning_writes_nothing(string example)
    {
        var before = Directory.GetFileSystemEntries(Workspace.Examples, "*", SearchOption.AllDirectories);
        var plan = await Dtrain.RunAsync("plan", Path.Combine(Workspace.Examples, example));

        Assert.Equal((0, ""), (plan.Status, plan.Error));
        Assert.Contains("rungs", plan.Output, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(Workspace.Examples, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_plan_with_hyperband_shows_each_bracket_and_what_it_costs()
    {
        using var here = new Workspace();
        here.Write(spec => spec["scheduler"] = new JsonObject { ["type"] = "hyperband" });

        var plan = (await Dtrain.RunAsync("plan", here.Spec)).Output;

        Assert.Contains("rungs          bracket 1, 22 of the trials: decisions after epochs 1, 3, 9\n", plan, StringComparison.Ordinal);
        Assert.Contains("\n               bracket 2, 11 of the trials: decisions after epochs 3, 9\n", plan, StringComparison.Ordinal);
        Assert.Contains("\n               bracket 3, 7 of the trials: no decision before the end, epoch 9\n", plan, StringComparison.Ordinal);
        Assert.Contains("worst case     360 epochs", plan, StringComparison.Ordinal);
        Assert.Contains("with stopping  about 162 epochs", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_with_the_median_rule_promises_no_more_than_its_worst_case()
    {
        using var here = new Workspace();
        here.Write(spec => spec["scheduler"] = new JsonObject { ["type"] = "median" });

        var plan = (await Dtrain.RunAsync("plan", here.Spec)).Output;

        Assert.Contains("rungs          decisions after epochs 1, 2, 4, 8, 9\n", plan, StringComparison.Ordinal);
        Assert.Contains("worst case     360 epochs", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("with stopping", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_says_what_units_that_share_batches_are_expected_to_take_here_and_on_larger_machines()
    {
        using var here = new Workspace();
        here.Write(spec => spec["training"]!["parallel"] = JsonNode.Parse("""{ "mode": "data", "units": [{ "id": "left" }, { "dutyCycle": 0.5 }] }"""));

        var plan = (await Dtrain.RunAsync("plan", here.Spec)).Output;
        var json = JsonNode.Parse((await Dtrain.RunAsync("plan", here.Spec, "--json")).Output)!["parallel"]!;

        Assert.Matches(@"\nparallel       data, of a batch of \d+ left (has \d+|rests), unit-1 (has \d+|rests); at the first point\n", plan);
        Assert.Matches(@"\n               a step is expected to take \d+\.\d+ ms, \d+\.\d+× as quick as one unit\n", plan);
        Assert.Matches(@"\nunits          1: [\d.]+ ms, 2: [\d.]+ ms \([\d.]+×\), 4: .*, 8: .*, 16: .*\n", plan);
        Assert.Equal(["left", "unit-1"], json["data"]!["ids"]!.AsArray().Select(id => (string)id!));
        Assert.Equal(5, json["data"]!["scaled"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_plan_shows_what_the_units_of_a_pipeline_are_expected_to_do_and_draws_it()
    {
        using var here = new Workspace();
        here.Write(Pipeline("""{ "mode": "pipeline", "microBatches": 2, "fill": {} }"""));
        var picture = Path.Combine(here.Root, "units.svg");

        var plan = (await Dtrain.RunAsync("plan", here.Spec, "--timeline", picture)).Output;
        var json = JsonNode.Parse((await Dtrain.RunAsync("plan", here.Spec, "--json")).Output)!["parallel"]!["pipeline"]!;

        Assert.Contains("\nparallel       pipeline, 1f1b, 2 micro-batches of 2; at the first point\n", plan, StringComparison.Ordinal);
        Assert.Matches(@"\n               a batch is expected to take \d+\.\d+ ms, \d+\.\d+× as quick as one unit\n", plan);
        Assert.Matches(@"\n               units idle \d+% of the time, if each has a processor; here are \d+\n", plan);
        Assert.Matches(@"\nunit \d         [01ab./]{60}\nunit \d         [01ab./]{60}\n               0–1 forward, a–b back, \. idle", plan);
        Assert.Matches(@"\nlayers         unit \d: layers\.0.*; idle [\d.]+ ms, at most [\d.]+ MiB\n               unit \d: layers\.", plan);
        Assert.Matches(@"\nfilling        another trial in the gaps ", plan);
        Assert.Matches(@"\nmicro-batches  1: [\d.]+ ms, idle \d+%, filled [\d.]+×\n               2: .*\n               4: ", plan);
        Assert.StartsWith("<svg ", File.ReadAllText(picture), StringComparison.Ordinal);
        Assert.Equal((4, 2, true), ((int)json["batch"]!, (int)json["samples"]!, (bool)json["isFilled"]!));
        Assert.Equal(2, json["units"]!.AsArray().Count);
        Assert.Equal([1, 2, 4], json["microBatches"]!.AsArray().Select(other => (int)other!["microBatches"]!));
        Assert.Equal((string?)"1f1b", (string?)json["timeline"]!["schedule"]);
        Assert.Equal((double)json["expected"]!["seconds"]!, (double)json["timeline"]!["seconds"]!);
    }

    [Fact]
    public async Task A_plan_says_which_unit_of_a_pipeline_may_not_take_the_memory()
    {
        using var here = new Workspace();
        here.Write(Pipeline("""{ "mode": "pipeline", "units": [{ "memory": 1 }, {}] }"""));

        var plan = await Dtrain.RunAsync("plan", here.Spec);

        Assert.Equal(0, plan.Status);
        Assert.Matches(@"\nparallel       pipeline: /parallel/units/0/memory: stage \d \(.*\) would take \d+ bytes", plan.Output);
    }

    [Theory]
    [InlineData("\"pipeline\"", "no/such/folder/units.svg", "cannot be written: ")]
    [InlineData("\"single\"", "units.svg", "is not drawn: no trial of this experiment is a pipeline; see /training/parallel/mode")]
    [InlineData("""{ "mode": "pipeline", "units": [{ "memory": 1 }, {}] }""", "units.svg", "is not drawn: /parallel/units/0/memory: stage ")]
    public async Task A_timeline_that_cannot_be_drawn_is_told_and_no_file_is_left(string parallel, string file, string told)
    {
        using var here = new Workspace();
        here.Write(Pipeline(parallel));
        var picture = Path.Combine(here.Root, file);

        var plan = await Dtrain.RunAsync("plan", here.Spec, "--timeline", picture);

        Assert.Equal((2, ""), (plan.Status, plan.Output));
        Assert.Contains($"'{picture}' {told}", plan.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(picture));
    }

    [Fact]
    public async Task The_schema_is_one_that_editors_understand()
    {
        var schema = await Dtrain.RunAsync("schema");

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string)JsonNode.Parse(schema.Output)!["$schema"]!);
    }

    [Fact]
    public async Task The_version_is_one_line() =>
        Assert.Matches(@"^dtrain \d+\.\d+\.\d+.*\n$", (await Dtrain.RunAsync("version")).Output);

    private static void Short(JsonNode spec) => spec["budget"]!["trials"] = 9;

    private static Action<JsonNode> Pipeline(string parallel) => spec => spec["training"]!["parallel"] = JsonNode.Parse(parallel);
}
