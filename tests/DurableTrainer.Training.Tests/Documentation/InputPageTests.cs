using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Documentation;

/// <summary>The experiment of docs/input.md, and whether the pages name what there is.</summary>
public class InputPageTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "input.md"));

    [Fact]
    public void The_experiment_of_the_page_trains()
    {
        var spec = SpecReader.Read(Page.Split("```json\n")[1].Split("```")[0]);
        var training = spec.Training.Bind(new Point([new("learningRate", 0.05), new("padding", 1), new("noise", 0.1)]));
        var digits = DatasetReader.Read(training.Data, Path.Combine(Root, "examples"));

        using var session = new TrainingSession(training, digits, DataSplit.Of(digits.Count, training.Data.Split, 1), seed: 1, trial: 0);

        Assert.Equal([new RandomCropSpec { Padding = 1 }, new NoiseSpec { Deviation = 0.1 }], training.Augment);
        Assert.True(session.RunEpoch().Metrics["validation.accuracy"] > 0.7, $"{session.History[0].Values["validation.accuracy"]}");
    }

    [Fact]
    public void Every_change_and_every_source_is_on_its_page()
    {
        AssertAllAreNamed(typeof(AugmentSpec), Page);
        AssertAllAreNamed(typeof(DataSpec), File.ReadAllText(Path.Combine(Root, "docs", "experiments.md")));
    }

    private static void AssertAllAreNamed(Type type, string page) => Assert.All(
        type.GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false).Cast<JsonDerivedTypeAttribute>(),
        choice => Assert.Contains($"\n| `{choice.TypeDiscriminator}` |", page, StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return folder.FullName;
    }
}
