using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Tests;

/// <summary>The program, run on a command line.</summary>
internal sealed record BenchRun(int Status, string Output, string Error)
{
    public IReadOnlyList<JsonNode> Lines =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    public static async Task<BenchRun> OfAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var status = await BenchCommandLine.RunAsync(arguments, TextReader.Null, output, error);
        return new BenchRun(status, output.ToString(), error.ToString());
    }

    /// <summary>With a file that holds a text.</summary>
    public static async Task<BenchRun> OfAsync(string text, Func<string, string[]> arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            return await OfAsync(arguments(file));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
