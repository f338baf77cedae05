namespace DurableTrainer.Training.Graphs;

/// <summary>
/// Ba, Kiros and Hinton 2016: y = w · (x − mean) / √(variance + ε) + b, where mean and (biased) variance are those of the last dimension:
/// <c>[…, features]</c> stays. Weight and bias <c>[features]</c>.
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record LayerNormOperation(double Epsilon) : Operation
{
    public override string Name => "layerNorm";

    internal override Inference Infer(Shape input) =>
        Epsilon is not > 0 ? Inference.Wants($"an epsilon above 0, not {Epsilon}")
        : input.Count < 1 ? Inference.Wants("[…, features]")
        : Inference.Gives(input);

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(Saturating.Product(8, input.Size), input, output, 2L * input[^1]);

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input) =>
        [new($"{path}.weight", [input[^1]], new ConstantInitializer(1)), new($"{path}.bias", [input[^1]], new ConstantInitializer(0))];
}

/// <summary>
/// Wu and He 2018: as layer normalisation, where mean and variance are those of a group of channels of one sample:
/// <c>[channels]</c> or <c>[channels, height, width]</c> stays. Weight and bias <c>[channels]</c>.
/// </summary>
/// <param name="Groups">Into which the channels are cut, neighbours together.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record GroupNormOperation(int Groups, double Epsilon) : Operation
{
    public override string Name => "groupNorm";

    internal override Inference Infer(Shape input) =>
        Epsilon is not > 0 ? Inference.Wants($"an epsilon above 0, not {Epsilon}")
        : Groups < 1 ? Inference.Wants($"1 group or more, not {Groups}")
        : input.Count is not (1 or 3) ? Inference.Wants("[channels] or [channels, height, width]")
        : input[0] % Groups != 0 ? Inference.Wants($"channels that its {Groups} groups divide evenly")
        : Inference.Gives(input);

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(Saturating.Product(8, input.Size), input, output, 2L * input[0]);

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input) =>
        [new($"{path}.weight", [input[0]], new ConstantInitializer(1)), new($"{path}.bias", [input[0]], new ConstantInitializer(0))];
}
