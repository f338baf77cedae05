namespace DurableTrainer.Training.Graphs;

/// <summary>
/// The largest value of each window; padding never wins: <c>[channels, height, width]</c> to <c>[channels, height', width']</c>.
/// </summary>
public sealed record MaxPool2dOperation(int Size, int Stride, int Padding) : Operation
{
    public override string Name => "maxPool2d";

    internal override Inference Infer(Shape input) => Window.PoolProblem(input, Size, Stride, Padding) is { } problem
        ? Inference.Wants(problem)
        : Window.Slide(input, input[0], Size, Stride, Padding);

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(Saturating.Product(output.Size, Size, Size), input, output);
}

/// <summary>
/// The mean of each window, padding counted as zeros: <c>[channels, height, width]</c> to <c>[channels, height', width']</c>.
/// </summary>
public sealed record AveragePool2dOperation(int Size, int Stride, int Padding) : Operation
{
    public override string Name => "averagePool2d";

    internal override Inference Infer(Shape input) => Window.PoolProblem(input, Size, Stride, Padding) is { } problem
        ? Inference.Wants(problem)
        : Window.Slide(input, input[0], Size, Stride, Padding);

    public override Cost CostOf(Shape input, Shape output) =>
        Cost.Of(Saturating.Product(output.Size, (long)Size * Size + 1), input, output);
}

/// <summary>The mean of each channel: <c>[channels, height, width]</c> to <c>[channels]</c>.</summary>
public sealed record GlobalAveragePool2dOperation : Operation
{
    public override string Name => "globalAveragePool2d";

    internal override Inference Infer(Shape input) =>
        input.Count == 3 ? Inference.Gives(input[0]) : Inference.Wants("[channels, height, width]");

    public override Cost CostOf(Shape input, Shape output) => Cost.Of(Saturating.Sum(input.Size, output.Size), input, output);
}
