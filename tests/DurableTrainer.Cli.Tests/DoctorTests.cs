using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary><c>dtrain doctor</c> on whole journals and on others.</summary>
public class DoctorTests
{
    [Fact]
    public async Task After_a_run_the_journal_is_whole_and_after_a_flipped_bit_it_says_where_it_is_not()
    {
        using var here = new Workspace();
        here.Write();
        Assert.Equal(0, (await Dtrain.RunAsync("run", here.Spec, "--data", here.Data)).Status);

        var whole = await Dtrain.RunAsync("doctor", "--data", here.Data);
        Assert.Equal(0, whole.Status);
        Assert.Contains("The journal is whole: a host can start on it.", whole.Output, StringComparison.Ordinal);
        Assert.Contains("segment-0000000001", whole.Output, StringComparison.Ordinal);

        var segment = Path.Combine(here.Data, "engine", "segment-0000000001");
        var bytes = File.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(segment, bytes);

        var damaged = await Dtrain.RunAsync("doctor", "--data", here.Data, "--json");
        Assert.Equal(1, damaged.Status);
        var report = JsonNode.Parse(damaged.Output)!;
        Assert.False((bool)report["whole"]!);
        Assert.Equal("segment-0000000001", (string?)report["damage"]!["file"]);
        Assert.InRange((long)report["damage"]!["offset"]!, 1, bytes.Length / 2);
        Assert.Equal(bytes, File.ReadAllBytes(segment));
    }

    [Fact]
    public async Task A_folder_without_a_journal_is_told()
    {
        using var here = new Workspace();
        Directory.CreateDirectory(here.Data);

        var run = await Dtrain.RunAsync("doctor", "--data", here.Data);

        Assert.Equal(2, run.Status);
        Assert.Contains("There is no journal in", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(here.Data));
    }
}
