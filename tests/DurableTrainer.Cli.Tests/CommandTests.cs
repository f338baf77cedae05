using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>Experiments whose trials a program of the user trains, from the command line to the model.</summary>
public sealed class CommandTests(CommandTests.RunThrough through) : IClassFixture<CommandTests.RunThrough>
{
    /// <summary>Takes a while for each epoch, leaves its processes in a file, and has a child that would outlive it.</summary>
    private const string Script = """
        sleep 1000 &
        echo "$$ $!" >> processes
        i=$(cat "$DTRAIN_CHECKPOINT/epoch" 2>/dev/null || echo 0)
        echo "starts at $i"
        while [ "$i" -lt "$DTRAIN_TO_EPOCH" ]; do
          i=$((i + 1))
          sleep 0.1
          echo "$i" > "$DTRAIN_CHECKPOINT/epoch.new" && mv "$DTRAIN_CHECKPOINT/epoch.new" "$DTRAIN_CHECKPOINT/epoch"
          awk "BEGIN { print \"{\\\"epoch\\\": $i, \\\"score\\\": \" $1 * $i \", \\\"test.score\\\": \" $i \"}\" }"
        done
        """;

    [Fact]
    public void It_stops_poor_trials_and_hands_over_the_folder_of_the_best()
    {
        var result = JsonNode.Parse(through.Result)!;

        Assert.Equal("completed", result["status"]!.GetValue<string>());
        var statuses = result["trials"]!.AsArray().Select(trial => trial!["status"]!.GetValue<string>()).ToList();
        Assert.Equal(6, statuses.Count);
        Assert.Contains("completed", statuses);
        Assert.Contains("stopped", statuses);
        Assert.Equal("experiments/mine-1/model/checkpoint.zip", result["best"]!["model"]!.GetValue<string>());
        Assert.Equal(9, result["best"]!["metrics"]!["test.score"]!.GetValue<double>());
        Assert.Equal("9", through.Kept);
    }

    [Fact]
    public async Task The_model_can_be_pulled_and_says_what_it_is()
    {
        using var here = Prepare();
        await RunAsync(here);
        var to = Path.Combine(here.Root, "model");

        var pull = await Dtrain.RunAsync("model", "pull", "mine-1", "--data", here.Data, "--to", to);

        Assert.True(pull.Status == 0, pull.Error);
        Assert.Contains("The zip file holds the folder that the command kept in DTRAIN_CHECKPOINT, as it was after the best epoch of the best trial", pull.Output, StringComparison.Ordinal);
        Assert.Equal(["checkpoint.zip", "model.json"], Directory.EnumerateFiles(to).Select(Path.GetFileName).Order());
        var model = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(to, "model.json")))!;
        Assert.Equal(("sh", "train.sh"), (model["run"]![0]!.GetValue<string>(), model["run"]![1]!.GetValue<string>()));
        var again = await Dtrain.RunAsync("run", "--replay", "mine-1", "--data", here.Data);
        Assert.Equal(2, again.Status);
        Assert.Contains("was trained by a command", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_was_killed_again_and_again_ends_as_one_that_ran_through_and_leaves_no_process(bool workerOnly)
    {
        using var here = Prepare();
        foreach (var epochs in (int[])[1, 3, 2])
        {
            using var program = Dtrain.Start(Arguments(here, "--json"));
            await program.UntilAsync("\"type\":\"epoch\"", epochs);
            var workers = program.Workers;
            if (!workerOnly)
                program.Kill();
            workers.ToList().ForEach(Dtrain.Kill);
            foreach (var process in Processes(here))
                await Dtrain.GoneAsync(process);
            if (workerOnly)
            {
                await program.UntilAsync("\"type\":\"epoch\"");
                program.Kill();
            }

            await program.ToEndAsync();
        }

        await RunAsync(here);

        Assert.Equal(through.Result, Encoding.UTF8.GetString(here.Read("mine-1/result.json")));
        Assert.Equal(through.Model, here.Read("mine-1/model/checkpoint.zip"));
        foreach (var process in Processes(here))
            await Dtrain.GoneAsync(process);
    }

    [Fact]
    public async Task A_program_that_the_operator_did_not_allow_is_refused_before_anything_runs()
    {
        using var here = Prepare();

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data, "--allow-command", "shh", "--allow-command", "python3");

        Assert.Equal(2, run.Status);
        Assert.Contains("/training/command/run/0: 'sh' may not be run here; whoever operates this machine can allow it with --allow-command sh, or in DTRAIN_ALLOW_COMMANDS", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(here.Data));
        Assert.Empty(Processes(here));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_before_anything_runs()
    {
        using var here = Prepare(spec => spec["training"]!["command"]!["run"]![0] = "./nowhere");

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data, "--allow-command", "./nowhere");

        Assert.Equal(2, run.Status);
        Assert.Contains("/training/command/run/0: is \"./nowhere\", which is not there or may not be executed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_has_changed_is_noticed_when_a_run_goes_on()
    {
        using var here = Prepare();
        using (var program = Dtrain.Start(Arguments(here, "--json")))
        {
            await program.UntilAsync("\"type\":\"epoch\"");
            program.Kill();
            await program.ToEndAsync();
        }

        await File.AppendAllTextAsync(Path.Combine(here.Root, "train.sh"), "# better\n");
        var run = await Dtrain.RunAsync(Arguments(here));

        Assert.Equal(2, run.Status);
        Assert.Contains("mine-1 is unfinished, and its command (train.sh) has changed since it began", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_needs_no_permission_and_runs_nothing()
    {
        using var here = Prepare();

        var plan = await Dtrain.RunAsync("plan", here.Spec, "--data", here.Data);

        Assert.True(plan.Status == 0, plan.Error);
        Assert.Contains("changes of train.sh are noticed", plan.Output, StringComparison.Ordinal);
        Assert.Contains("worst case     54 epochs\n", plan.Output, StringComparison.Ordinal);
        Assert.Empty(Processes(here));
    }

    [Fact]
    public async Task A_command_that_fails_fails_its_trials_with_its_last_words()
    {
        using var here = Prepare();
        await File.WriteAllTextAsync(Path.Combine(here.Root, "train.sh"), "echo 'no such thing' >&2; exit 4");

        var run = await Dtrain.RunAsync(Arguments(here));

        Assert.Equal(1, run.Status);
        Assert.Contains("the command ended with status 4 in epoch 1: no such thing", run.Output, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task The_example_in_Python_learns_the_digits()
    {
        using var here = new Workspace();
        Directory.CreateDirectory(Path.Combine(here.Root, "python"));
        Directory.CreateDirectory(Path.Combine(here.Root, "data"));
        File.Move(here.DataFile, Path.Combine(here.Root, "data", "optdigits.csv.gz"));
        foreach (var file in (string[])["train.py", "digits.json"])
            File.Copy(Path.Combine(Workspace.Examples, "python", file), Path.Combine(here.Root, "python", file));
        var path = Path.Combine(here.Root, "python", "digits.json");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("\"trials\": 12", "\"trials\": 3", StringComparison.Ordinal));
        var data = Path.Combine(here.Root, "kept");

        var run = await Dtrain.RunAsync("run", path, "--data", data, "--allow-command", "python3");

        Assert.True(run.Status == 0, run.Error + run.Output);
        var result = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "experiments/python-digits-1/result.json")))!;
        Assert.InRange(result["best"]!["value"]!.GetValue<double>(), 0.85, 1);
    }

    private static Workspace Prepare(Action<JsonNode>? change = null)
    {
        var here = new Workspace();
        File.WriteAllText(Path.Combine(here.Root, "train.sh"), Script);
        here.Write(spec =>
        {
            spec["name"] = "mine";
            spec["objective"] = JsonNode.Parse("""{ "metric": "score" }""");
            spec["space"] = JsonNode.Parse("""[{ "name": "rate", "type": "float", "min": 0.001, "max": 0.1, "scale": "log" }]""");
            spec["training"] = JsonNode.Parse("""{ "command": { "run": ["sh", "train.sh", "$rate"] }, "epochs": 9 }""");
            spec["budget"] = JsonNode.Parse("""{ "trials": 6, "parallel": 1 }""");
            change?.Invoke(spec);
        });
        return here;
    }

    private static string[] Arguments(Workspace here, params string[] more) => ["run", here.Spec, "--data", here.Data, "--allow-command", "sh", .. more];

    private static async Task RunAsync(Workspace here)
    {
        var finished = await Dtrain.RunAsync(Arguments(here));
        Assert.True(finished.Status == 0, finished.Error + finished.Output);
    }

    private static List<int> Processes(Workspace here)
    {
        var path = Path.Combine(here.Root, "processes");
        return File.Exists(path) ? [.. File.ReadAllLines(path).SelectMany(line => line.Split(' ')).Select(int.Parse)] : [];
    }

    /// <summary>The experiment without a disturbance.</summary>
    public sealed class RunThrough : IAsyncLifetime
    {
        public string Result { get; private set; } = "";

        public byte[] Model { get; private set; } = [];

        /// <summary>What the script kept in its folder.</summary>
        public string Kept { get; private set; } = "";

        public async Task InitializeAsync()
        {
            using var here = Prepare();
            await RunAsync(here);
            Result = Encoding.UTF8.GetString(here.Read("mine-1/result.json"));
            Model = here.Read("mine-1/model/checkpoint.zip");
            using var archive = new ZipArchive(new MemoryStream(Model));
            using var reader = new StreamReader(archive.GetEntry("epoch")!.Open());
            Kept = (await reader.ReadToEndAsync()).Trim();
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}

/// <summary>A test that needs Python itself, and none of its packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["--version"]) { RedirectStandardOutput = true })!;
            python.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip = "There is no python3 on this machine.";
        }
    }
}
