using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Optimizers;

/// <summary>Against the formulas, written down in 64 bits.</summary>
public class OptimizerTests
{
    private const double Rate = 0.1;
    private const double Decay = 0.02;

    [Fact]
    public void Plain_descent_follows_the_gradient() =>
        Agree(new SgdSpec { LearningRate = Rate, WeightDecay = Decay }, [], () => (p, g, _) => p - Rate * (g + Decay * p));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Momentum_remembers_gradients(bool nesterov) => Agree(
        new SgdSpec { LearningRate = Rate, Momentum = 0.9, Nesterov = nesterov, WeightDecay = Decay },
        ["op.weight/momentum", "op.bias/momentum"],
        () =>
        {
            var velocity = 0.0;
            return (p, g, _) =>
            {
                var slope = g + Decay * p;
                velocity = 0.9 * velocity + slope;
                return p - Rate * (nesterov ? slope + 0.9 * velocity : velocity);
            };
        });

    [Fact]
    public void AdamW_decays_apart_from_the_gradient_and_corrects_its_young_moments() => Agree(
        new AdamWSpec { LearningRate = Rate, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = Decay },
        ["op.weight/firstMoment", "op.bias/firstMoment", "op.weight/secondMoment", "op.bias/secondMoment"],
        () =>
        {
            var (first, second) = (0.0, 0.0);
            return (p, g, step) =>
            {
                first = 0.8 * first + 0.2 * g;
                second = 0.95 * second + 0.05 * g * g;
                var (m, v) = (first / (1 - Math.Pow(0.8, step)), second / (1 - Math.Pow(0.95, step)));
                return p - Rate * Decay * p - Rate * m / (Math.Sqrt(v) + 1e-6);
            };
        });

    /// <param name="spec">The optimizer.</param>
    /// <param name="state">Names of what it carries.</param>
    /// <param name="rule">Makes the rule of one value: from value, gradient and step to the next value.</param>
    private static void Agree(OptimizerSpec spec, string[] state, Func<Func<double, double, int, double>> rule)
    {
        var tensors = new ModelTensors(new TwinCase(new LinearOperation(3, Bias: true), [7], 1).Graph);
        tensors.Initialize(seed: 1, trial: 0);
        var optimizer = Optimizer.Of(spec, tensors);
        Assert.Equal(state, optimizer.State.Select(tensor => tensor.Name));
        foreach (var parameter in tensors.Parameters)
        {
            double[] expected = [.. parameter.Values.ToArray()];
            var rules = expected.Select(_ => rule()).ToArray();
            var fresh = Optimizer.Of(spec, tensors);
            for (var step = 1; step <= 10; step++)
            {
                var gradient = TwinCase.Numbers($"{parameter.Name} {step}", expected.Length);
                for (var i = 0; i < expected.Length; i++)
                {
                    parameter.GradientBuffer.Span[i] = (float)gradient[i];
                    expected[i] = rules[i](expected[i], gradient[i], step);
                }

                fresh.Step(step);
            }

            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], parameter.Values[i], 1e-5);
        }
    }
}
