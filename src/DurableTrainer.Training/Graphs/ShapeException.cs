namespace DurableTrainer.Training.Graphs;

/// <summary>A layer cannot work on the shape that reaches it.</summary>
/// <param name="pointer">JSON pointer of the layer within the model, such as <c>/layers/3</c>.</param>
/// <param name="layer">The layer's type as the spec names it.</param>
/// <param name="input">The shape that reaches it, without the batch.</param>
/// <param name="wanted">What it would work on.</param>
public sealed class ShapeException(string pointer, string layer, Shape input, string wanted)
    : TrainingException($"{pointer}: {layer} got {input}, but wants {wanted}.")
{
    public string Pointer { get; } = pointer;

    public string Layer { get; } = layer;

    public Shape Input { get; } = input;

    public string Wanted { get; } = wanted;
}
