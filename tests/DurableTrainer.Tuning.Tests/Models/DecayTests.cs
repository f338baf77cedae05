using System.Numerics;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Tests.Models;

public class DecayTests
{
    [Fact]
    public void It_is_the_exponential_but_for_the_last_digits()
    {
        for (var exponent = 0.0; exponent > -690; exponent = exponent * 1.01 - 0.001)
            Assert.Equal(1, Of(exponent) / Math.Exp(exponent), 1e-15);
    }

    [Theory]
    [InlineData(-701)]
    [InlineData(-1e6)]
    [InlineData(double.NegativeInfinity)]
    public void Beyond_what_a_double_can_hold_it_is_as_good_as_zero(double exponent) => Assert.InRange(Of(exponent), 0, 1e-300);

    private static double Of(double exponent) => Decay.Of(new Vector<double>(exponent))[0];
}
