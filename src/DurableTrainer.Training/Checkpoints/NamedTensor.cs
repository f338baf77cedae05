namespace DurableTrainer.Training.Checkpoints;

/// <summary>A tensor as it is stored.</summary>
/// <param name="Name">The path of the parameter, such as <c>layers.3.weight</c>.</param>
/// <param name="Shape">Empty for a single number.</param>
/// <param name="Values">Row by row; as many as the shape holds.</param>
public sealed record NamedTensor(string Name, int[] Shape, float[] Values);
