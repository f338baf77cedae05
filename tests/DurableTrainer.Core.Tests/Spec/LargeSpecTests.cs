using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Tests.Spec;

/// <summary>A file of up to 1 MiB comes from a stranger: whatever it says, it is answered.</summary>
public class LargeSpecTests
{
    [Fact]
    public void Tens_of_thousands_of_layers_are_read() =>
        Assert.Equal(30_000, Answer(Examples.Small.Replace("{ \"type\": \"linear\", \"units\": 10 }", List(30_000, _ => """{ "type": "relu" }"""), StringComparison.Ordinal)).Layers);

    [Fact]
    public void Thousands_of_parameters_on_conditions_of_each_other_are_read() =>
        Assert.Equal(0, Answer(Examples.Small.Replace(
            "\"space\": [",
            $$"""
            "constraints": [{{List(2000, i => $"\"p{i} < 2\"")}}],
            "space": [ {{List(5000, i => $$"""{ "name": "p{{i}}", "type": "int", "min": 0, "max": 2{{(i > 0 && i < 60 ? $$""", "when": { "p{{i - 1}}": [0, 1] }""" : "")}} }""")}},
            """,
            StringComparison.Ordinal)).Problems);

    [Fact]
    public void Tens_of_thousands_of_mistakes_are_all_told() =>
        Assert.Equal(30_000, Answer(Examples.Small.Replace("{ \"type\": \"linear\", \"units\": 10 }", List(30_000, i => $$"""{ "type": "rel{{i}}" }"""), StringComparison.Ordinal)).Problems);

    private static string List(int count, Func<int, string> item) => string.Join(", ", Enumerable.Range(0, count).Select(item));

    private static (int Layers, int Problems) Answer(string file)
    {
        try
        {
            return (SpecReader.Read(file).Training.Json["model"]!["layers"]!.AsArray().Count, 0);
        }
        catch (SpecException exception)
        {
            return (0, exception.Problems.Count);
        }
    }
}
