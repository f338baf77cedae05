using Xunit.Sdk;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>Truth comes first: the formulas of the ways back against what differences say, in 64 bits.</summary>
public class TwinTests
{
    private const double Step = 1e-5;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, TwinCase.All.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_agree_with_central_differences(int number)
    {
        var @case = TwinCase.All[number];
        var twin = @case.Twin;
        var x = @case.Inputs;
        var dy = TwinCase.Numbers("dy", @case.Count * @case.Output.Size);
        double[][] parameters = [.. @case.Graph.Parameters.Select(p => TwinCase.Numbers(p.Name, p.Shape.Size))];

        var (dx, gradients) = twin.Backward(x, @case.Count, parameters, dy);

        double Loss() => twin.Forward(x, @case.Count, parameters).Zip(dy, (y, slope) => y * slope).Sum();
        Check($"{@case}: gradient of input", x, dx, Loss);
        for (var i = 0; i < parameters.Length; i++)
            Check($"{@case}: gradient of parameter {i}", parameters[i], gradients[i], Loss);
    }

    /// <summary>That a gradient is what central differences of the loss say.</summary>
    internal static void Check(string what, double[] values, double[] gradient, Func<double> loss)
    {
        // A few values of a large tensor say as much as all of them.
        var stride = Math.Max(1, values.Length / 31);
        var scale = Math.Max(1e-2, gradient.Max(Math.Abs));
        for (var i = 0; i < values.Length; i += stride)
        {
            var value = values[i];
            values[i] = value + Step;
            var above = loss();
            values[i] = value - Step;
            var below = loss();
            values[i] = value;
            var difference = (above - below) / (2 * Step);
            if (!(Math.Abs(difference - gradient[i]) <= 1e-6 * scale))
                throw new XunitException($"{what} {i} is {gradient[i]}, the difference says {difference}.");
        }
    }
}
