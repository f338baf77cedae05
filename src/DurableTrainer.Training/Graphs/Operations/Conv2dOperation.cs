namespace DurableTrainer.Training.Graphs;

/// <summary>
/// Cross-correlation with square kernels: <c>[channels, height, width]</c> to <c>[filters, height', width']</c> with
/// height' = ⌊(height + 2 padding − kernel) / stride⌋ + 1. Weight <c>[filters, channels / groups, kernel, kernel]</c>, bias
/// <c>[filters]</c>.
/// </summary>
public sealed record Conv2dOperation(int Filters, int Kernel, int Stride, int Padding, int Groups, bool Bias) : Operation
{
    public override string Name => "conv2d";

    internal override Inference Infer(Shape input)
    {
        if (Filters < 1)
            return Inference.Wants($"1 filter or more, not {Filters}");
        if (Groups < 1)
            return Inference.Wants($"1 group or more, not {Groups}");
        if (Window.Problem(input, Kernel, Stride, Padding, "kernel") is { } problem)
            return Inference.Wants(problem);
        if (input[0] % Groups != 0)
            return Inference.Wants($"channels that its {Groups} groups divide evenly");
        if (Filters % Groups != 0)
            return Inference.Wants($"filters that its {Groups} groups divide evenly, not {Filters}");
        return Window.Slide(input, Filters, Kernel, Stride, Padding);
    }

    public override Cost CostOf(Shape input, Shape output)
    {
        var fanIn = FanIn(input);
        return Cost.Of(
            Saturating.Sum(Saturating.Product(2, output.Size, fanIn), Bias ? output.Size : 0),
            input, output, Saturating.Product(Saturating.Sum(fanIn, Bias ? 1 : 0), Filters));
    }

    internal override IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input)
    {
        var initializer = UniformInitializer.ForFanIn(FanIn(input));
        var weight = new ParameterDeclaration($"{path}.weight", [Filters, input[0] / Groups, Kernel, Kernel], initializer);
        return Bias ? [weight, new($"{path}.bias", [Filters], initializer)] : [weight];
    }

    private long FanIn(Shape input) => Saturating.Product(input[0] / Groups, Kernel, Kernel);
}
