using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Documentation;

/// <summary>The examples of docs/models.md: layers, and whole experiments.</summary>
public partial class ModelsPageTests
{
    private static readonly string Root = FindRoot();

    private static readonly Example[] Examples =
    [
        .. CodeBlock().Matches(File.ReadAllText(Path.Combine(Root, "docs", "models.md"))).Select(match => new Example(
            JsonSerializer.Deserialize<int[]>(match.Groups["input"].Value)!,
            JsonSerializer.Deserialize<int[]>(match.Groups["output"].Value)!,
            match.Groups["json"].Value)),
    ];

    public static TheoryData<int> Layers => [.. Enumerable.Range(0, Examples.Length).Where(i => !Examples[i].IsExperiment)];

    public static TheoryData<int> Experiments => [.. Enumerable.Range(0, Examples.Length).Where(i => Examples[i].IsExperiment)];

    [Fact]
    public void Every_code_block_states_its_shapes_and_every_layer_is_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "models.md"));
        Assert.Equal(page.Split("```json").Length - 1, Examples.Length);
        Assert.All(
            typeof(LayerSpec).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false).Cast<JsonDerivedTypeAttribute>(),
            layer => Assert.Contains($"`{layer.TypeDiscriminator}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Each_layer_gives_the_shape_that_the_page_says(int number)
    {
        var example = Examples[number];
        var training = new JsonObject
        {
            ["data"] = new JsonObject { ["type"] = "csv", ["path"] = "none.csv" },
            ["model"] = new JsonObject { ["layers"] = new JsonArray(JsonNode.Parse(example.Json)) },
            ["loss"] = "crossEntropy",
        };

        var graph = GraphBuilder.Build(new TrainingTemplate(training).Bind(Point.Empty).Model, example.Input);

        Assert.Equal(example.Output, graph.ShapeOf(graph.Outputs[0]));
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public void Each_experiment_trains_on_the_data_that_it_names(int number)
    {
        var example = Examples[number];
        var point = new Point([new("rate", 0.003), new("depth", 2)]);
        var spec = SpecReader.Read(example.Json).Training.Bind(point);
        var digits = DatasetReader.Read(spec.Data, Path.Combine(Root, "examples"));
        var graph = GraphBuilder.Build(spec.Model, digits.SampleShape, spec.Loss);
        Assert.Equal(example.Input, digits.SampleShape);
        Assert.Equal(example.Output, graph.ShapeOf(graph.Outputs[0]));

        // A part of the data says enough about whether it learns.
        const int Count = 640;
        var part = new Dataset(digits.SampleShape, digits.Inputs[..(Count * digits.SampleSize)], digits.Targets[..Count], digits.Sha256);
        using var session = new TrainingSession(spec, part, DataSplit.Of(Count, spec.Data.Split, seed: 1), seed: 1, trial: 0);
        session.RunEpoch();
        session.RunEpoch();

        Assert.True(session.History[1].Values["train.loss"] < session.History[0].Values["train.loss"]);
        Assert.True(session.History[1].Values["train.accuracy"] > 0.2, $"{session.History[1].Values["train.accuracy"]}");
    }

    [GeneratedRegex(@"```json\n// (?<input>\[.*?\]) → (?<output>\[.*?\])\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return folder.FullName;
    }

    private sealed record Example(int[] Input, int[] Output, string Json)
    {
        public bool IsExperiment => Json.Contains("\"training\"", StringComparison.Ordinal);
    }
}
