using System.Text.Json.Nodes;
using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Histories;

/// <summary>Journals that earlier versions wrote: this one goes on where they stopped, and says so where its code does something else.</summary>
public sealed class GoldenHistoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Versions =>
        [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "Histories")).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_an_earlier_version_wrote_is_gone_on_with(string version)
    {
        await using var engine = await OpenAsync(version, GoldenStory.Registry());
        engine.Start();

        foreach (var id in new[] { GoldenStory.MainId, GoldenStory.AgainId })
            await engine.Client.RaiseEventAsync(id, GoldenStory.Go, 1000);

        // 9 + 10 + (0 + 1 + 4), and the entity's total of that and some signals, twice that of 24 at least; then the event and 4.
        var main = await engine.Client.WaitAsync(GoldenStory.MainId);
        Assert.Equal((InstanceStatus.Completed, null), (main.Status, main.Failure));
        Assert.Equal(1004 + DurableJson.Deserialize<Count>(main.CustomStatus).Value, main.ReadOutput<int>());
        Assert.Equal(1040, (await engine.Client.WaitAsync(GoldenStory.AgainId)).ReadOutput<int>());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Code_that_does_something_else_is_told_with_both_sides(string version)
    {
        await using var engine = await OpenAsync(version, GoldenStory.Registry(first: "Other"));
        engine.Start();

        await engine.Client.RaiseEventAsync(GoldenStory.MainId, GoldenStory.Go, 1000);

        var main = await engine.Client.WaitAsync(GoldenStory.MainId);
        Assert.Equal(InstanceStatus.Failed, main.Status);
        Assert.Equal(typeof(NonDeterminismException).FullName, main.Failure!.Type);
        Assert.Contains("Square", main.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("Other", main.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_page_about_the_format_is_enough_to_read_it(string version)
    {
        var records = PageReader.Read(Path.Combine(AppContext.BaseDirectory, "Histories", version));

        var page = File.ReadAllText(Path.Combine(FindRoot(), "docs", "journal.md"));
        Assert.Contains(records, record => (string?)record["is"] == "end");
        Assert.Contains(records, record => (string?)record["is"] == "turn" && (string?)record["id"] == GoldenStory.AgainId);
        Assert.All(records, record => Assert.All(Words(record), word => Assert.Contains($"`{word}`", page, StringComparison.Ordinal)));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Names of fields and kinds, but for what is JSON of somebody else's.</summary>
    private static IEnumerable<string> Words(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => field.Key is "input" or "output" or "payload" or "status" or "customStatus" or "state" ? [field.Key]
            : field.Key == "is" ? [field.Key, (string)field.Value!]
            : Words(field.Value).Prepend(field.Key)),
        JsonArray items => items.SelectMany(Words),
        _ => [],
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds DurableTrainer.sln.");
        return folder.FullName;
    }

    private Task<EmbeddedEngine> OpenAsync(string version, DurableRegistry registry)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Histories", version)))
            File.Copy(file, folder.At(Path.GetFileName(file)));
        return EmbeddedEngine.OpenAsync(new() { Folder = folder.Path, Registry = registry });
    }
}
