using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Cli.AskTell;

namespace DurableTrainer.Cli.Tests.AskTell;

public sealed class StateFileTests : IDisposable
{
    private const string Script = """
        {"op":"ask"}
        {"op":"ask","count":2}
        {"op":"report","trial":1,"epoch":1,"value":0.5}
        {"op":"tell","trial":1,"value":0.5}
        {"op":"tell","trial":0,"failed":"no memory"}
        {"op":"add","point":{"optimizer":"adamw","x":0.25},"value":0.375}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("dtrain-state-").FullName;

    private string Path => System.IO.Path.Combine(folder, "search.state");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_line_by_a_new_process_gets_the_answers_of_one_that_ran_through()
    {
        var through = await Talk.AnswersAsync(Talk.Settings(), Script + "\n{\"op\":\"ask\"}\n{\"op\":\"state\"}");

        var answers = new List<string>();
        foreach (var line in (Script + "\n{\"op\":\"ask\"}\n{\"op\":\"state\"}").Split('\n'))
            answers.AddRange(await SayAsync(line));

        Assert.Equal(through, answers);
    }

    [Fact]
    public async Task A_file_that_was_cut_anywhere_goes_on_from_an_answer_or_is_refused()
    {
        await SayAsync(Script);
        var whole = await File.ReadAllBytesAsync(Path);
        var acknowledged = await AcknowledgedAsync();
        var refused = 0;
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(Path, whole[..length]);
            try
            {
                using var file = StateFile.Open(Path);
                Assert.Contains(Encoding.UTF8.GetString(file.Content!), acknowledged);
                Assert.Empty(await Talk.AnswersAsync(Talk.Settings(), "", file));
            }
            catch (StateFileException exception)
            {
                refused++;
                Assert.Contains(Path, exception.Message, StringComparison.Ordinal);
                Assert.Equal(whole[..length], await File.ReadAllBytesAsync(Path));
            }
        }

        // As long as the first state is not whole there is nothing to go on from.
        Assert.Equal(Array.IndexOf(whole, (byte)'\n', 40), refused);
    }

    [Fact]
    public async Task After_a_cut_the_next_answers_are_kept()
    {
        await SayAsync(Script);
        var whole = await File.ReadAllBytesAsync(Path);
        foreach (var length in new[] { whole.Length - 1, whole.Length - 2, whole.Length - 30 })
        {
            await File.WriteAllBytesAsync(Path, whole[..length]);
            var before = (await SayAsync("{\"op\":\"state\"}")).Single();

            var asked = (await SayAsync("{\"op\":\"ask\"}")).Single();

            var after = JsonNode.Parse((await SayAsync("{\"op\":\"state\"}")).Single())!;
            Assert.Equal((int)JsonNode.Parse(before)!["trials"]! + 1, (int)after["trials"]!);
            Assert.Equal(asked, after["running"]!.AsArray()[^1]!.ToJsonString());
        }
    }

    [Fact]
    public async Task A_byte_that_changed_anywhere_is_refused_with_the_line_and_the_file_stays_as_it_is()
    {
        await SayAsync(Script);
        var whole = await File.ReadAllBytesAsync(Path);
        for (var place = 0; place < whole.Length; place++)
        {
            foreach (var flip in new byte[] { 1, 0x80, (byte)(whole[place] ^ '\n') })
            {
                if (flip == 0)
                    continue;
                var damaged = whole.ToArray();
                damaged[place] ^= flip;
                await File.WriteAllBytesAsync(Path, damaged);

                var exception = Assert.Throws<StateFileException>(() => StateFile.Open(Path));

                Assert.Contains("is damaged in line", exception.Message, StringComparison.Ordinal);
                Assert.Equal(damaged, await File.ReadAllBytesAsync(Path));
            }
        }
    }

    [Fact]
    public async Task A_damaged_last_line_is_refused_with_the_way_to_go_on_without_it()
    {
        await SayAsync(Script);
        var whole = await File.ReadAllBytesAsync(Path);
        var last = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        whole[last + 20] ^= 1;
        await File.WriteAllBytesAsync(Path, whole);
        Assert.Contains($"`truncate -s {last} {Path}`", Assert.Throws<StateFileException>(() => StateFile.Open(Path)).Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(Path, whole[..last]);

        Assert.Contains("\"trials\":3,", (await SayAsync("{\"op\":\"state\"}")).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_was_taken_out_or_doubled_is_refused()
    {
        await SayAsync(Script);
        var lines = (await File.ReadAllTextAsync(Path)).Split('\n');
        await File.WriteAllTextAsync(Path, string.Join('\n', lines.Where((_, i) => i != 3)));
        Assert.Contains("damaged in line 4", Assert.Throws<StateFileException>(() => StateFile.Open(Path)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path, string.Join('\n', [.. lines[..4], lines[3], .. lines[4..]]));
        Assert.Contains("damaged in line 5", Assert.Throws<StateFileException>(() => StateFile.Open(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_search_does_not_make_a_long_file()
    {
        var lines = new StringBuilder();
        for (var trial = 0; trial < 200; trial++)
            lines.Append($"{{\"op\":\"ask\"}}\n{{\"op\":\"tell\",\"trial\":{trial},\"value\":{trial}}}\n");

        await SayAsync(lines.ToString());

        Assert.InRange(new FileInfo(Path).Length, 1, 128 * 1024);
        Assert.Contains("\"trials\":200,", (await SayAsync("{\"op\":\"state\"}")).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_newer_format_or_of_something_else_is_refused()
    {
        var digest = "";
        var state = StateLines.Whole("{}"u8, out _);
        File.WriteAllBytes(Path, state);
        Assert.Equal("{}", Encoding.UTF8.GetString(SavedState.Read(state, Path).Content));

        File.WriteAllBytes(Path, StateLines.Line("", "dtrain-tuner-state 2"u8, out digest));
        Assert.Contains("has format version 2, this program reads version 1", Assert.Throws<StateFileException>(() => StateFile.Open(Path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path, StateLines.Line("", "my notes"u8, out digest));
        Assert.Contains("is no state file of", Assert.Throws<StateFileException>(() => StateFile.Open(Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path, "{}\n");
        Assert.Contains("damaged in line 1", Assert.Throws<StateFileException>(() => StateFile.Open(Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path, "");
        Assert.Contains("is empty", Assert.Throws<StateFileException>(() => StateFile.Open(Path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path, StateLines.Whole("{\"trials\":7}"u8, out digest));
        using var file = StateFile.Open(Path);
        Assert.Contains("cannot be read", Assert.Throws<StateFileException>(() => SavedSearch.Read(file.Content!, Talk.Settings(), Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_of_another_search_is_refused_with_what_differs()
    {
        await SayAsync(Script);
        using var file = StateFile.Open(Path);

        var seed = Assert.Throws<UsageException>(() => SavedSearch.Read(file.Content!, Talk.Settings(spec => spec["seed"] = 8), Path));
        var space = Assert.Throws<UsageException>(() => SavedSearch.Read(file.Content!, Talk.Settings(spec => spec["space"]![0]!["max"] = 2), Path));

        Assert.Contains("\n  seed: 7 in the state, 8 in the spec\n", seed.Message, StringComparison.Ordinal);
        Assert.Contains("\n  space: [", space.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("seed", space.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_budget_or_rule_of_convergence_may_go_on()
    {
        await SayAsync(Script);
        var settings = Talk.Settings(spec =>
        {
            spec["budget"] = new JsonObject { ["trials"] = 999 };
            spec["convergence"] = JsonNode.Parse("""{ "rule": "plateau", "minTrials": 1, "patience": 1 }""");
        });
        using var file = StateFile.Open(Path);

        Assert.Equal(999, SavedSearch.Read(file.Content!, settings, Path).Settings.Trials);
    }

    [Fact]
    public void A_second_owner_is_refused_until_the_first_has_gone()
    {
        using (StateFile.Open(Path))
        {
            var exception = Assert.Throws<StateFileException>(() => StateFile.Open(Path));
            Assert.Contains("is in use by another process", exception.Message, StringComparison.Ordinal);
        }

        StateFile.Open(Path).Dispose();
    }

    [Fact]
    public async Task A_link_to_the_file_stays_one()
    {
        var link = System.IO.Path.Combine(folder, "link.state");
        await SayAsync("{\"op\":\"ask\"}");
        File.CreateSymbolicLink(link, Path);

        using (var file = StateFile.Open(link))
            await Talk.AnswersAsync(Talk.Settings(), "{\"op\":\"ask\"}", file);

        Assert.Equal(Path, new FileInfo(link).LinkTarget);
        Assert.Contains("\"trials\":2,", (await SayAsync("{\"op\":\"state\"}")).Single(), StringComparison.Ordinal);
    }

    private async Task<List<string>> SayAsync(string lines)
    {
        using var file = StateFile.Open(Path);
        if (file.Content is null)
            await file.SaveAsync(SavedSearch.Write(new Dialogue(Talk.Settings()).Start()));
        return await Talk.AnswersAsync(Talk.Settings(), lines, file);
    }

    /// <summary>All states that the script leads to.</summary>
    private static async Task<List<string>> AcknowledgedAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dtrain-state-").FullName;
        try
        {
            using var file = StateFile.Open(System.IO.Path.Combine(folder, "state"));
            await file.SaveAsync(SavedSearch.Write(new Dialogue(Talk.Settings()).Start()));
            var states = new List<string> { Encoding.UTF8.GetString(file.Content!) };
            foreach (var line in Script.Split('\n'))
            {
                await Talk.AnswersAsync(Talk.Settings(), line, file);
                states.Add(Encoding.UTF8.GetString(file.Content!));
            }

            return states;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
