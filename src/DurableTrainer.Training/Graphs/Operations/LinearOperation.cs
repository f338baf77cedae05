namespace DurableTrainer.Training.Graphs;

/// <summary>
/// y = x Wᵀ + b over the last dimension: <c>[…, features]</c> to <c>[…, units]</c>; W <c>[units, features]</c>, b <c>[units]</c>.
/// </summary>
public sealed record LinearOperation(int Units, bool Bias) : Operation
{
    public override string Name => "linear";

    internal override Inference Infer(Shape input) =>
        Units < 1 ? Inference.Wants($"1 unit or more, not {Units}")
        : input.Count < 1 ? Inference.Wants("[…, features]")
        : Inference.Gives([.. input.SkipLast(1), Units]);

    public override Cost CostOf(Shape input, Shape output) =>
        Cost.Of(
            Saturating.Sum(Saturating.Product(2, output.Size, input[^1]), Bias ? output.Size : 0),
            input, output, Saturating.Product(input[^1] + (Bias ? 1L : 0), Units));

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input)
    {
        var initializer = UniformInitializer.ForFanIn(input[^1]);
        var weight = new ParameterDeclaration($"{path}.weight", [Units, input[^1]], initializer);
        return Bias ? [weight, new($"{path}.bias", [Units], initializer)] : [weight];
    }
}
