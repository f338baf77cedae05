using System.Text;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>Stopping, going on, cancelling, and what stands in the way of going on.</summary>
public class InterruptionTests
{
    [Fact]
    public async Task Ctrl_C_stops_cleanly_and_the_same_command_goes_on()
    {
        using var here = new Workspace();
        var stopped = await InterruptAsync(here, here.Write(Workspace.Brief));

        Assert.Equal(130, stopped.Status);
        Assert.Contains("Nothing is lost: run the same command again to go on.", stopped.Error, StringComparison.Ordinal);

        var end = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        Assert.Equal(0, end.Status);
        Assert.Contains("small-1 goes on where it was.", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_in_the_first_epoch_changes_nothing_in_the_end()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["training"]!["batchSize"] = 1;
            spec["budget"]!["trials"] = 2;
        });
        using (var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json"))
        {
            await program.UntilAsync("\"type\":\"trialStarted\"");
            program.Interrupt();
            Assert.Equal(130, (await program.ToEndAsync()).Status);
        }

        Assert.Contains("unfinished", (await Dtrain.RunAsync("list", "--data", here.Data)).Output, StringComparison.Ordinal);
        var end = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        Assert.Equal(0, end.Status);
        Assert.Equal(0, (await Dtrain.RunAsync("run", here.Spec, "--data", here.Data + "2")).Status);
        Assert.Equal(
            File.ReadAllText(Path.Combine(here.Data + "2", "experiments", "small-1", "result.json")),
            Encoding.UTF8.GetString(here.Read("small-1/result.json")));
    }

    [Fact]
    public async Task An_unfinished_experiment_can_be_cancelled_when_its_data_is_gone()
    {
        using var here = new Workspace();
        here.Write();
        using (var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json"))
        {
            await program.UntilAsync("\"type\":\"trialEnded\"", 2);
            program.Kill();
            await program.ToEndAsync();
        }

        File.Delete(here.DataFile);
        var cancel = await Dtrain.RunAsync("cancel", "small-1", "--data", here.Data);

        Assert.Equal((0, ""), (cancel.Status, cancel.Error));
        Assert.Equal("cancelled", (string)JsonNode.Parse(here.Read("small-1/result.json"))!["status"]!);
    }

    [Fact]
    public async Task An_unfinished_experiment_is_cancelled_and_keeps_its_best()
    {
        using var here = new Workspace();
        await InterruptAsync(here, here.Write());
        var importance = await Dtrain.RunAsync("show", "small-1", "--importance", "--data", here.Data);
        Assert.Equal(2, importance.Status);
        Assert.Contains("Experiment 'small-1' has not ended; which parameters matter is told at its end.", importance.Error, StringComparison.Ordinal);

        var correlations = await Dtrain.RunAsync("show", "small-1", "--correlations", "--data", here.Data);
        Assert.Equal(2, correlations.Status);
        Assert.Contains("Experiment 'small-1' has not ended; what goes with what is told at its end.", correlations.Error, StringComparison.Ordinal);

        var cancel = await Dtrain.RunAsync("cancel", "small-1", "--data", here.Data);

        Assert.Equal((0, ""), (cancel.Status, cancel.Error));
        var result = JsonNode.Parse(here.Read("small-1/result.json"))!;
        Assert.Equal("cancelled", (string)result["status"]!);
        Assert.NotNull(result["best"]);
        Assert.Contains("ended already", (await Dtrain.RunAsync("cancel", "small-1", "--data", here.Data)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_experiment_that_another_process_runs_is_cancelled_there()
    {
        using var here = new Workspace();
        here.Write(spec => spec["budget"]!["trials"] = 1000);
        using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
        await program.UntilAsync("\"type\":\"trialEnded\"");

        var cancel = await Dtrain.RunAsync("cancel", "small-1", "--data", here.Data);
        var end = await program.ToEndAsync();

        Assert.Equal(0, cancel.Status);
        Assert.Contains("running in another process", cancel.Output, StringComparison.Ordinal);
        Assert.Equal(0, end.Status);
        Assert.Equal("cancelled", (string)JsonNode.Parse(here.Read("small-1/result.json"))!["status"]!);
    }

    [Fact]
    public async Task A_folder_that_is_in_use_is_refused_with_the_holder_and_the_holder_goes_on()
    {
        using var here = new Workspace();
        here.Write();
        using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
        await program.UntilAsync("\"type\":\"epoch\"");

        var second = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(1, second.Status);
        Assert.Contains($"in use by process {program.ProcessId}", second.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await program.ToEndAsync()).Status);
    }

    [Fact]
    public async Task Going_on_with_another_spec_is_refused_and_nothing_changes()
    {
        using var here = new Workspace();
        await InterruptAsync(here, here.Write(Workspace.Brief));
        var before = Encoding.UTF8.GetString(here.Read("small-1/spec.json"));

        here.Write(spec => spec["budget"]!["trials"] = 10);
        var refused = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(2, refused.Status);
        Assert.Contains("small-1 is unfinished, and its spec differs from this one", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, Encoding.UTF8.GetString(here.Read("small-1/spec.json")));
        here.Write(Workspace.Brief);
        Assert.Equal(0, (await Dtrain.RunAsync("run", here.Spec, "--data", here.Data)).Status);
    }

    [Fact]
    public async Task Going_on_with_other_data_is_refused_until_the_old_data_is_back()
    {
        using var here = new Workspace();
        await InterruptAsync(here, here.Write(Workspace.Brief));
        var data = File.ReadAllBytes(here.DataFile);
        File.WriteAllBytes(here.DataFile, Gzip.Compress(string.Join('\n', Gzip.Lines(data).Skip(1))));

        var refused = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(2, refused.Status);
        Assert.Contains("its data has changed since it began", refused.Error, StringComparison.Ordinal);
        File.WriteAllBytes(here.DataFile, data);
        Assert.Equal(0, (await Dtrain.RunAsync("run", here.Spec, "--data", here.Data)).Status);
    }

    [Fact]
    public async Task Another_unfinished_experiment_stays_paused_until_its_own_spec_is_run()
    {
        using var here = new Workspace();
        await InterruptAsync(here, here.Write(Workspace.Brief));

        var other = await Dtrain.RunAsync("run", here.Write(spec => (spec["name"], spec["budget"]!["trials"]) = ("other", 2), "other"), "--data", here.Data);
        var list = await Dtrain.RunAsync("list", "--data", here.Data, "--json");
        var end = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(0, other.Status);
        Assert.Contains("small-1 is unfinished and stays paused", other.Output, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"small-1\",\"name\":\"small\",\"status\":\"running\"", list.Output, StringComparison.Ordinal);
        Assert.Equal(0, end.Status);
    }

    private static async Task<Finished> InterruptAsync(Workspace here, string spec)
    {
        using var program = Dtrain.Start("run", spec, "--data", here.Data, "--json");
        await program.UntilAsync("\"type\":\"trialEnded\"", 2);
        program.Interrupt();
        return await program.ToEndAsync();
    }
}
