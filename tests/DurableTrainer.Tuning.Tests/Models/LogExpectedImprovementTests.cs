using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Tests.Models;

public class LogExpectedImprovementTests
{
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0.5, 0.3, 0.2)]
    [InlineData(-1, 2, 0.5)]
    [InlineData(3, 0.7, 0.5)]
    public void It_is_the_integral_of_what_is_gained(double mean, double deviation, double best)
    {
        // The trapezoidal rule, from where the density is gone up to the best.
        const int Steps = 400_000;
        var low = mean - 12 * deviation;
        var sum = 0.0;
        for (var i = 0; i < Steps; i++)
        {
            var loss = low + (best - low) * i / Steps;
            sum += (best - loss) * Math.Exp(Normal.LogDensity((loss - mean) / deviation)) / deviation;
        }

        Assert.Equal(Math.Log(sum * (best - low) / Steps), LogExpectedImprovement.At(mean, deviation, best).Value, 1e-6);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(2, 0.5, 1.6)]
    [InlineData(2, 0.5, 1.4)]
    [InlineData(5, 0.3, 0)]
    [InlineData(-5, 0.3, 0)]
    public void Derivatives_agree_with_differences(double mean, double deviation, double best)
    {
        var (_, byMean, byDeviation) = LogExpectedImprovement.At(mean, deviation, best);

        Differences.AssertNear(Differences.Of(at => LogExpectedImprovement.At(at[0], at[1], best).Value, [mean, deviation]), [byMean, byDeviation], 1e-4);
    }

    [Fact]
    public void It_falls_all_the_way_into_the_tail_and_stays_finite_there()
    {
        // Across the places where the way of computing changes, -1 and -10,000, too.
        var distances = Enumerable.Range(-20, 241).Select(i => Math.Pow(10, i / 40.0)).Concat([0.999, 1.001, 9_999.9, 10_000.1, 1e6]).Order().ToList();

        var answers = distances.Select(z => LogExpectedImprovement.At(z, 1, 0)).ToList();

        Assert.All(answers, answer => Assert.True(double.IsFinite(answer.Value) && answer.ByMean < 0 && answer.ByDeviation > 0 && double.IsFinite(answer.ByDeviation)));
        Assert.All(answers.Zip(answers.Skip(1)), pair => Assert.True(pair.Second.Value < pair.First.Value));
    }

    [Fact]
    public void A_sure_gain_is_its_own_logarithm() => Assert.Equal(Math.Log(3), LogExpectedImprovement.At(-3, 1e-9, 0).Value, 1e-12);
}
