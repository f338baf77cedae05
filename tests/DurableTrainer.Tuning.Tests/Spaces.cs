using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Tests;

/// <summary>Search spaces of every kind.</summary>
internal static class Spaces
{
    /// <summary>Conditions within conditions, and every type of parameter.</summary>
    public static IReadOnlyList<Parameter> Tree { get; } =
    [
        new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adamw", "rmsprop"] },
        new FloatParameter { Name = "learningRate", Min = 1e-5, Max = 1, Scale = ParameterScale.Log },
        new ChoiceParameter { Name = "nesterov", Values = [true, false], When = When("optimizer", "sgd") },
        new FloatParameter { Name = "momentum", Min = 0, Max = 0.99, When = When("nesterov", true) },
        new IntParameter { Name = "warmup", Min = 1, Max = 5000, Scale = ParameterScale.Log, When = When("optimizer", "sgd", "rmsprop") },
        new IntParameter { Name = "width", Min = 8, Max = 64, Step = 8 },
        new OrdinalParameter { Name = "depth", Values = [1, 2, 4, 8] },
    ];

    public static IReadOnlyList<Parameter> Choices { get; } =
        [.. Enumerable.Range(0, 4).Select(i => new ChoiceParameter { Name = $"c{i}", Values = ["a", "b", "c", "d"] })];

    public static IReadOnlyList<Parameter> Steps { get; } =
    [
        new IntParameter { Name = "a", Min = -7, Max = 50, Step = 3 },
        new IntParameter { Name = "b", Min = 1, Max = 1_000_000, Scale = ParameterScale.Log },
        new FloatParameter { Name = "c", Min = 0.1, Max = 0.9, Step = 0.1 },
    ];

    public static IReadOnlyList<Parameter> Twelve { get; } =
        [new IntParameter { Name = "a", Min = 1, Max = 4 }, new ChoiceParameter { Name = "b", Values = ["x", "y", "z"] }];

    /// <summary>A loss with some structure on any of them.</summary>
    public static double Loss(SearchSpace space, Point point)
    {
        var unit = new double[space.Parameters.Count];
        space.Encode(point, unit);
        return unit.Select((coordinate, i) => double.IsNaN(coordinate) ? 0.1 : (coordinate - 0.3) * (coordinate - 0.3) * (1 + i % 3)).Sum();
    }

    private static Dictionary<string, IReadOnlyList<ParameterValue>> When(string name, params ParameterValue[] values) => new() { [name] = values };
}
