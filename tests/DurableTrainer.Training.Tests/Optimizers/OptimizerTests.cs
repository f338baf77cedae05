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

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.9, false)]
    [InlineData(0.0, true)]
    [InlineData(0.9, true)]
    public void RMSprop_divides_by_the_root_of_the_running_square_or_variance(double momentum, bool centered) => Agree(
        new RmsPropSpec { LearningRate = Rate, Alpha = 0.9, Epsilon = 1e-3, Momentum = momentum, Centered = centered, WeightDecay = Decay },
        [
            "op.weight/meanSquare", "op.bias/meanSquare",
            .. centered ? (string[])["op.weight/mean", "op.bias/mean"] : [],
            .. momentum > 0 ? (string[])["op.weight/momentum", "op.bias/momentum"] : [],
        ],
        () =>
        {
            var (square, mean, velocity) = (0.0, 0.0, 0.0);
            return (p, g, _) =>
            {
                var slope = g + Decay * p;
                square = 0.9 * square + 0.1 * slope * slope;
                mean = 0.9 * mean + 0.1 * slope;
                velocity = momentum * velocity + slope / (Math.Sqrt(centered ? square - mean * mean : square) + 1e-3);
                return p - Rate * velocity;
            };
        });

    [Fact]
    public void Lion_steps_by_the_sign_of_an_average_and_then_remembers_another() => Agree(
        new LionSpec { LearningRate = Rate, Beta1 = 0.7, Beta2 = 0.95, WeightDecay = Decay },
        ["op.weight/momentum", "op.bias/momentum"],
        () =>
        {
            var moment = 0.0;
            return (p, g, _) =>
            {
                var next = p * (1 - Rate * Decay) - Rate * Math.Sign(0.7 * moment + 0.3 * g);
                moment = 0.95 * moment + 0.05 * g;
                return next;
            };
        });

    public static TheoryData<OptimizerSpec> All => new(
        new SgdSpec(),
        new SgdSpec { Momentum = 0.9 },
        new AdamWSpec(),
        new RmsPropSpec(),
        new RmsPropSpec { Momentum = 0.9, Centered = true },
        new LionSpec());

    [Theory]
    [MemberData(nameof(All))]
    public void A_gradient_that_is_not_a_number_shows_in_the_parameter(OptimizerSpec spec)
    {
        var tensors = new ModelTensors(new TwinCase(new LinearOperation(3, Bias: true), [7], 1).Graph);
        var weight = tensors["op.weight"];
        weight.GradientBuffer.Span[5] = float.NaN;

        Optimizer.Of(spec, tensors).Step(1, Rate);

        Assert.Equal([5], Enumerable.Range(0, weight.Values.Length).Where(i => float.IsNaN(weight.Values[i])));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_large_parameter_is_moved_to_the_same_bits_by_any_number_of_threads(OptimizerSpec spec)
    {
        Assert.Equal(Moved(1), Moved(3));

        float[] Moved(int threads)
        {
            using var processor = new CpuProcessor(threads);
            var tensors = new ModelTensors(new TwinCase(new LinearOperation(259, Bias: true), [521], 1).Graph);
            tensors.Initialize(seed: 1, trial: 0);
            var optimizer = Optimizer.Of(spec, tensors, processor.Team);
            for (var step = 1; step <= 3; step++)
            {
                foreach (var parameter in tensors.Parameters)
                {
                    for (var i = 0; i < parameter.Values.Length; i++)
                        parameter.GradientBuffer.Span[i] = MathF.Sin(i + step);
                }

                optimizer.Step(step, Rate);
            }

            return [.. tensors.Parameters.SelectMany(parameter => parameter.Values.ToArray())];
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void As_many_tensors_are_carried_as_the_memory_is_counted_for(OptimizerSpec spec)
    {
        var tensors = new ModelTensors(new TwinCase(new LinearOperation(3, Bias: true), [7], 1).Graph);

        Assert.Equal(Optimizer.StatesOf(spec) * tensors.Parameters.Count, Optimizer.Of(spec, tensors).State.Count);
    }

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

                fresh.Step(step, Rate);
            }

            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], parameter.Values[i], 1e-5);
        }
    }
}
