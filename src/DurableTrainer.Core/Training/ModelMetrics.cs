namespace DurableTrainer.Core.Training;

/// <summary>What a trial reports of its model, beside what its loss does: the same after every epoch, and an objective like any other.</summary>
public static class ModelMetrics
{
    /// <summary>How many numbers are learned.</summary>
    public const string Parameters = "model.parameters";

    /// <summary>Floating-point operations that one sample takes on its way forward; a multiplication with an addition counts as two.</summary>
    public const string Flops = "model.flops";

    public static IReadOnlyList<string> All { get; } = [Parameters, Flops];
}
