using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

internal readonly struct Relu : IPointwise
{
    public static Kept SlopeNeeds => Kept.Output;

    // As a comparison rather than a maximum: NaN stays NaN on every machine.
    public static Vector512<float> Value(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512<float>.Zero), Vector512<float>.Zero, x);

    public static Vector512<float> Slope(Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(y, Vector512<float>.Zero), Vector512<float>.One, Vector512<float>.Zero);
}

internal readonly struct Sigmoid : IPointwise
{
    public static Kept SlopeNeeds => Kept.Output;

    public static Vector512<float> Value(Vector512<float> x) => Functions.Sigmoid(x);

    public static Vector512<float> Slope(Vector512<float> x, Vector512<float> y) => y * (Vector512<float>.One - y);
}

internal readonly struct Silu : IPointwise
{
    public static Kept SlopeNeeds => Kept.Inputs;

    public static Vector512<float> Value(Vector512<float> x) => x * Functions.Sigmoid(x);

    public static Vector512<float> Slope(Vector512<float> x, Vector512<float> y)
    {
        var sigmoid = Functions.Sigmoid(x);
        return sigmoid * (Vector512<float>.One + x * (Vector512<float>.One - sigmoid));
    }
}

internal readonly struct HyperbolicTangent : IPointwise
{
    public static Kept SlopeNeeds => Kept.Output;

    public static Vector512<float> Value(Vector512<float> x) => Functions.Tanh(x);

    public static Vector512<float> Slope(Vector512<float> x, Vector512<float> y) => Vector512<float>.One - y * y;
}

internal readonly struct Gelu : IPointwise
{
    private const float InverseRootTwo = 0.70710678118654752f;
    private const float InverseRootTwoPi = 0.39894228040143268f;

    public static Kept SlopeNeeds => Kept.Inputs;

    public static Vector512<float> Value(Vector512<float> x) => x * Normal(x);

    public static Vector512<float> Slope(Vector512<float> x, Vector512<float> y) =>
        Normal(x) + x * Functions.Exp(x * x * -0.5f) * InverseRootTwoPi;

    /// <summary>Φ(x), the normal distribution function.</summary>
    private static Vector512<float> Normal(Vector512<float> x) =>
        (Vector512<float>.One + Functions.ErrorFunction(x * InverseRootTwo)) * 0.5f;
}
