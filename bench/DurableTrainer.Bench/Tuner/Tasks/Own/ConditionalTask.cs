using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks.Own;

/// <summary>Which family of models, and then what that family has: two levels of conditions.</summary>
internal static class ConditionalTask
{
    public static SearchTask FamilyTree { get; } = new()
    {
        Name = "familytree",
        Family = "conditional",
        Space =
        [
            new ChoiceParameter { Name = "model", Values = ["linear", "forest", "network"] },
            new FloatParameter { Name = "penalty", Min = 1e-6, Max = 100, Scale = ParameterScale.Log, When = Only("model", "linear") },
            new ChoiceParameter { Name = "normalise", Values = [true, false], When = Only("model", "linear") },
            new IntParameter { Name = "trees", Min = 10, Max = 1000, Scale = ParameterScale.Log, When = Only("model", "forest") },
            new IntParameter { Name = "depth", Min = 2, Max = 20, When = Only("model", "forest") },
            new FloatParameter { Name = "share", Min = 0.1, Max = 1, When = Only("model", "forest") },
            new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adam"], When = Only("model", "network") },
            new FloatParameter { Name = "rate", Min = 1e-5, Max = 1, Scale = ParameterScale.Log, When = Only("model", "network") },
            new IntParameter { Name = "layers", Min = 1, Max = 5, When = Only("model", "network") },
            new IntParameter { Name = "width", Min = 8, Max = 512, Scale = ParameterScale.Log, When = Only("model", "network") },
            new FloatParameter { Name = "momentum", Min = 0, Max = 0.99, When = Only("optimizer", "sgd") },
            new FloatParameter { Name = "decay", Min = 1e-6, Max = 0.1, Scale = ParameterScale.Log, When = Only("optimizer", "adam") },
        ],
        Value = point => point["model"].ToString() switch
        {
            "linear" => Linear(point),
            "forest" => Forest(point),
            _ => Network(point),
        },
        Optimum = 0.06,
    };

    /// <summary>Safe and never good: 0.21 with log₁₀ penalty = −1.3.</summary>
    private static double Linear(Point point) =>
        0.21 + 0.005 * Square(Math.Log10(point["penalty"].Number) + 1.3) + (point["normalise"] == true ? 0 : 0.03);

    /// <summary>Good almost anywhere: 0.105 and less than 0.00002 with 1,000 trees of depth 11.</summary>
    private static double Forest(Point point) =>
        0.105 + 0.05 * Math.Exp(-point["trees"].Number / 120) + 0.0004 * Square(point["depth"].Number - 11)
        + 0.08 * Square(point["share"].Number - 0.37);

    /// <summary>
    /// Bad almost anywhere, and best: 0.06 with sgd where momentum is 0.83 and rate/(1 − momentum) is 10^−0.4, 0.068 with adam where
    /// log₁₀ rate is −2.9 and log₁₀ decay −3.4; either with 3 layers of width 97.
    /// </summary>
    private static double Network(Point point)
    {
        var rate = Math.Log10(point["rate"].Number);
        var (off, rest) = point["optimizer"] == "sgd"
            ? (rate - Math.Log10(1 - point["momentum"].Number) + 0.4, 0.06 + 0.01 * Square(point["momentum"].Number - 0.83))
            : (rate + 2.9, 0.068 + 0.0015 * Square(Math.Log10(point["decay"].Number) + 3.4));
        return rest + 0.15 * (1 - Math.Exp(-off * off / 0.9)) + 0.007 * Math.Abs(point["layers"].Number - 3)
            + 0.02 * Square(Math.Log2(point["width"].Number / 97) / 3);
    }

    private static Dictionary<string, IReadOnlyList<ParameterValue>> Only(string parameter, ParameterValue value) =>
        new() { [parameter] = [value] };

    private static double Square(double value) => value * value;
}
