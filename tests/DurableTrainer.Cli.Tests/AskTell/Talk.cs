using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Cli.AskTell;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Tuning;

namespace DurableTrainer.Cli.Tests.AskTell;

/// <summary>A conversation with the tuner inside this process.</summary>
internal static class Talk
{
    public const string Spec = """
        {
          "objective": { "metric": "loss" }, "seed": 7, "tuner": { "agent": "sobol" },
          "space": [
            { "name": "x", "type": "float", "min": 0, "max": 1 },
            { "name": "optimizer", "type": "choice", "values": ["sgd", "adamw"] },
            { "name": "momentum", "type": "float", "min": 0, "max": 0.99, "when": { "optimizer": ["sgd"] } }
          ]
        }
        """;

    public static SearchSettings Settings(Action<JsonNode>? change = null)
    {
        var spec = JsonNode.Parse(Spec)!;
        change?.Invoke(spec);
        return SearchPlans.SearchOf(SpecReader.Read(spec, needsTraining: false));
    }

    /// <summary>Says all lines and returns all answers.</summary>
    public static async Task<List<string>> AnswersAsync(SearchSettings settings, string input, StateFile? file = null) =>
        await AnswersAsync(settings, Encoding.UTF8.GetBytes(input), file);

    public static async Task<List<string>> AnswersAsync(SearchSettings settings, byte[] input, StateFile? file = null)
    {
        var dialogue = new Dialogue(settings);
        var start = file?.Content is { } content ? SavedSearch.Read(content, settings, "file") : dialogue.Start();
        using var output = new MemoryStream();
        await new Conversation(dialogue, file).RunAsync(start, new MemoryStream(input), output, CancellationToken.None);
        var text = Encoding.UTF8.GetString(output.ToArray());
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        return [.. text.Split('\n')[..^1]];
    }

    public static async Task<JsonNode> LastAsync(SearchSettings settings, params string[] lines) =>
        JsonNode.Parse((await AnswersAsync(settings, string.Join('\n', lines)))[^1])!;

    public static async Task<string> ErrorAsync(SearchSettings settings, params string[] lines) =>
        (string?)(await LastAsync(settings, lines))["error"] ?? throw new InvalidOperationException("There was no error.");
}
