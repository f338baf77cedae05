using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests.AskTell;

/// <summary>The program as a client of any language runs it.</summary>
public sealed class TunerCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dtrain-tuner-").FullName;
    private readonly string spec;
    private readonly string state;

    public TunerCommandTests()
    {
        (spec, state) = (Path.Combine(folder, "spec.json"), Path.Combine(folder, "search.state"));
        File.WriteAllText(spec, Talk.Spec);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_search_whose_tuner_was_killed_again_and_again_asks_for_the_same_points()
    {
        const int Trials = 12;
        var through = await SearchAsync(Trials, state + "-through", answersUntilKill: []);

        var killed = await SearchAsync(Trials, state, answersUntilKill: [0, 1, 2, 3, 5, 4]);

        Assert.Equal(through, killed);
    }

    [Fact]
    public async Task A_kill_between_reports_changes_nothing_of_who_takes_over_what()
    {
        var adapting = JsonNode.Parse(Talk.Spec)!;
        adapting["space"]![0]!["adjustable"] = true;
        adapting["scheduler"] = new JsonObject { ["type"] = "none" };
        adapting["adaptation"] = new JsonObject { ["type"] = "pb2", ["everyEpochs"] = 1 };
        await File.WriteAllTextAsync(spec, adapting.ToJsonString());
        string[] lines =
        [
            "{\"op\":\"ask\",\"count\":4}",
            .. from epoch in Enumerable.Range(1, 4)
               from trial in Enumerable.Range(0, 4)
               select $"{{\"op\":\"report\",\"trial\":{trial},\"epoch\":{epoch},\"value\":{trial + 10 - epoch}}}",
            "{\"op\":\"state\"}",
        ];

        var through = new List<string?>();
        using (var tuner = Dtrain.StartToTalk("tuner", spec, "--state", state + "-through"))
        {
            foreach (var line in lines)
                through.Add(await tuner.SayAsync(line));
        }

        var killed = new List<string?>();
        for (var start = 0; start < lines.Length; start += 3)
        {
            using var tuner = Dtrain.StartToTalk("tuner", spec, "--state", state);
            foreach (var line in lines.Skip(start).Take(3))
                killed.Add(await tuner.SayAsync(line));
            tuner.Kill();
        }

        Assert.Equal(through, killed);
        Assert.Contains(killed, answer => answer!.StartsWith("{\"decision\":\"continue\",\"from\":{\"trial\":0,\"epoch\":4},\"point\":{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_end_of_the_input_ends_it_well_and_nothing_is_written_without_a_state_file()
    {
        using var tuner = Dtrain.StartToTalk("tuner", spec);
        Assert.StartsWith("{\"trial\":0,", await tuner.SayAsync("{\"op\":\"ask\"}"), StringComparison.Ordinal);

        tuner.EndInput();

        var finished = await tuner.ToEndAsync();
        Assert.Equal((0, "", ""), (finished.Status, finished.Output, finished.Error));
        Assert.Equal([spec], Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task Control_C_ends_it_with_status_130_and_the_state_is_kept()
    {
        using (var tuner = Dtrain.StartToTalk("tuner", spec, "--state", state))
        {
            await tuner.SayAsync("{\"op\":\"ask\"}");
            tuner.Interrupt();
            var finished = await tuner.ToEndAsync();
            Assert.Equal(130, finished.Status);
            Assert.Contains("has all that was answered", finished.Error, StringComparison.Ordinal);
        }

        using var again = Dtrain.StartToTalk("tuner", spec, "--state", state);
        Assert.StartsWith("{\"trials\":1,", await again.SayAsync("{\"op\":\"state\"}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_reads_no_further_ends_it()
    {
        using var tuner = Dtrain.StartToTalk("tuner", spec);
        await tuner.SayAsync("{\"op\":\"ask\"}");
        tuner.CloseOutput();

        await Assert.ThrowsAnyAsync<Exception>(async () => await tuner.SayAsync("{\"op\":\"ask\"}"));

        Assert.Equal(0, await tuner.EndedAsync());
    }

    [Fact]
    public async Task A_second_process_on_the_same_state_is_refused_and_the_first_goes_on()
    {
        using var first = Dtrain.StartToTalk("tuner", spec, "--state", state);
        await first.SayAsync("{\"op\":\"ask\"}");

        var second = await Dtrain.RunAsync("tuner", spec, "--state", state);

        Assert.Equal((1, $"The state file '{state}' is in use by another process; a search has one tuner at a time.\n"), (second.Status, second.Error));
        Assert.StartsWith("{\"trial\":1,", await first.SayAsync("{\"op\":\"ask\"}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_state_ends_it_with_status_1_and_another_spec_with_status_2()
    {
        using (var tuner = Dtrain.StartToTalk("tuner", spec, "--state", state))
        {
            await tuner.SayAsync("{\"op\":\"ask\"}");
            tuner.EndInput();
            await tuner.ToEndAsync();
        }

        await File.WriteAllTextAsync(spec, Talk.Spec.Replace("\"seed\": 7", "\"seed\": 8", StringComparison.Ordinal));
        var other = await Dtrain.RunAsync("tuner", spec, "--state", state);
        await File.WriteAllTextAsync(state, (await File.ReadAllTextAsync(state)).Replace("0.", "1.", StringComparison.Ordinal));
        var damaged = await Dtrain.RunAsync("tuner", spec, "--state", state);

        Assert.Equal(2, other.Status);
        Assert.Contains("seed: 7 in the state, 8 in the spec", other.Error, StringComparison.Ordinal);
        Assert.Equal(1, damaged.Status);
        Assert.Contains($"The state file '{state}' is damaged in line", damaged.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", damaged.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--state needs the path of a file")]
    [InlineData(".", "is a folder, must be a file")]
    [InlineData("nowhere/search.state", "does not exist")]
    public async Task A_place_that_cannot_hold_a_state_is_told_with_status_2(string place, string told)
    {
        var finished = await Dtrain.RunAsync("tuner", spec, "--state", place.Length == 0 ? "" : Path.Combine(folder, place));

        Assert.Equal(2, finished.Status);
        Assert.Contains(told, finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adaptation_of_a_space_where_nothing_may_change_is_told_with_its_place()
    {
        var changed = JsonNode.Parse(Talk.Spec)!;
        changed["adaptation"] = new JsonObject { ["type"] = "pb2" };
        await File.WriteAllTextAsync(spec, changed.ToJsonString());

        var finished = await Dtrain.RunAsync("tuner", spec);

        Assert.Equal(2, finished.Status);
        Assert.Contains("/adaptation: has nothing to change", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Earlier_experiments_cannot_be_started_from_where_there_are_none()
    {
        var changed = JsonNode.Parse(Talk.Spec)!;
        changed["tuner"] = new JsonObject { ["transferFrom"] = new JsonArray("digits-1") };
        await File.WriteAllTextAsync(spec, changed.ToJsonString());

        var finished = await Dtrain.RunAsync("tuner", spec, "--state", state);

        Assert.Equal(2, finished.Status);
        Assert.Contains("/tuner/transferFrom: there are no earlier experiments here; tell their results with \"add\" instead", finished.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(state));
    }

    [Fact]
    public async Task The_help_shows_each_operation()
    {
        var finished = await Dtrain.RunAsync("tuner", "--help");

        Assert.Equal(0, finished.Status);
        foreach (var operation in new[] { "ask", "report", "tell", "add", "state" })
            Assert.Contains($"{{\"op\":\"{operation}\"", finished.Output, StringComparison.Ordinal);
    }

    /// <summary>Searches as a client does that begins by asking what is under way, with a tuner that is killed after some answers.</summary>
    private async Task<List<string>> SearchAsync(int trials, string file, IReadOnlyList<int> answersUntilKill)
    {
        var points = new SortedDictionary<int, string>();
        for (var run = 0; ; run++)
        {
            using var tuner = Dtrain.StartToTalk("tuner", spec, "--state", file);
            var answers = run < answersUntilKill.Count ? answersUntilKill[run] : int.MaxValue;
            async Task<JsonNode?> SayAsync(string line)
            {
                // A kill while a line is under way: whether it was taken is what the next run finds out.
                if (answers-- == 0)
                {
                    var saying = tuner.SayAsync(line);
                    tuner.Kill();
                    await Record.ExceptionAsync(() => saying);
                    return null;
                }

                return JsonNode.Parse((await tuner.SayAsync(line))!);
            }

            async Task<bool> TryAsync()
            {
                if (await SayAsync("{\"op\":\"state\"}") is not { } state)
                    return false;
                var under = new Queue<JsonNode>(state["running"]!.AsArray().Select(trial => trial!));
                for (var done = (int)state["trials"]! - under.Count; done < trials; done++)
                {
                    if ((under.TryDequeue(out var trial) ? trial : await SayAsync("{\"op\":\"ask\"}")) is not { } asked)
                        return false;
                    var (number, x) = ((int)asked["trial"]!, (double)asked["point"]!["x"]!);
                    points[number] = asked["point"]!.ToJsonString();
                    var told = new JsonObject { ["op"] = "tell", ["trial"] = number, ["value"] = (x - 0.3) * (x - 0.3) };
                    if (await SayAsync(told.ToJsonString()) is null)
                        return false;
                }

                points[trials] = (await SayAsync("{\"op\":\"state\"}"))!.ToJsonString();
                return true;
            }

            if (await TryAsync())
                return [.. points.Values];
        }
    }
}
