using System.Text.Json.Serialization;

namespace DurableTrainer.Training.Graphs;

/// <summary>A function of each value alone.</summary>
public sealed record ActivationOperation(Activation Function) : Operation
{
    public override string Name => Function switch
    {
        Activation.Relu => "relu",
        Activation.Gelu => "gelu",
        Activation.Silu => "silu",
        Activation.Tanh => "tanh",
        _ => "sigmoid",
    };

    internal override Inference Infer(Shape input) => Inference.Gives(input);

    public override Cost CostOf(Shape input, Shape output) =>
        Cost.Of(Saturating.Product(Function == Activation.Relu ? 1 : 16, input.Size), input, output);
}

[JsonConverter(typeof(JsonStringEnumConverter<Activation>))]
public enum Activation
{
    /// <summary>max(x, 0)</summary>
    Relu,

    /// <summary>x·Φ(x), with the exact error function (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>x·σ(x)</summary>
    Silu,
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ)</summary>
    Sigmoid,
}

/// <summary>While training, zeroes each value with probability <paramref name="Rate"/> and scales the rest by 1/(1 − rate).</summary>
public sealed record DropoutOperation(double Rate) : Operation
{
    public override string Name => "dropout";

    internal override Inference Infer(Shape input) =>
        Rate is >= 0 and < 1 ? Inference.Gives(input) : Inference.Wants($"a rate in [0, 1), not {Rate}");

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(Saturating.Product(4, input.Size), input, output);
}

/// <summary>eˣ / Σ eˣ over the last dimension: <c>[…, classes]</c> stays.</summary>
public sealed record SoftmaxOperation : Operation
{
    public override string Name => "softmax";

    internal override Inference Infer(Shape input) => input.Count < 1 ? Inference.Wants("[…, classes]") : Inference.Gives(input);

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(Saturating.Product(20, input.Size), input, output);
}

/// <summary>The sum of two values of one shape: the end of a residual layer.</summary>
public sealed record AddOperation : Operation
{
    public override string Name => "add";

    internal override Inference Infer(Shape input) => Inference.Gives(input);

    public override Cost CostOf(Shape input, Shape output) =>
        Cost.Of(input.Size, input, output) + new Cost(0, Saturating.Product(sizeof(float), input.Size), 0);
}
