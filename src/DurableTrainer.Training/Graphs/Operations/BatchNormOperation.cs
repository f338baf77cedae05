namespace DurableTrainer.Training.Graphs;

/// <summary>
/// Ioffe and Szegedy 2015, algorithm 1, over <c>[features]</c> or <c>[channels, height, width]</c>. Training normalises by the batch's
/// mean and biased variance; inference by running averages, which take in the unbiased variance, as in PyTorch.
/// </summary>
/// <param name="Momentum">Weight of the newest batch in the running averages.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record BatchNormOperation(double Momentum, double Epsilon) : Operation
{
    public override string Name => "batchNorm";

    internal override Inference Infer(Shape input) =>
        Momentum is not (>= 0 and <= 1) ? Inference.Wants($"a momentum in [0, 1], not {Momentum}")
        : Epsilon is not > 0 ? Inference.Wants($"an epsilon above 0, not {Epsilon}")
        : input.Count is not (1 or 3) ? Inference.Wants("[features] or [channels, height, width]")
        : Inference.Gives(input);

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(Saturating.Product(8, input.Size), input, output, 4L * input[0]);

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input) =>
        [new($"{path}.weight", [input[0]], new ConstantInitializer(1)), new($"{path}.bias", [input[0]], new ConstantInitializer(0))];

    internal override IReadOnlyList<ParameterDeclaration> State(string path, Shape input) =>
    [
        new($"{path}.running_mean", [input[0]], new ConstantInitializer(0)),
        new($"{path}.running_var", [input[0]], new ConstantInitializer(1)),
    ];
}
