using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Tests.Space;

public class ShortNumberTests
{
    [Theory]
    [InlineData(0.1f, 0.1)]
    [InlineData(1e-4f, 1e-4)]
    [InlineData(16777216f, 16777216)]
    [InlineData(-0.3f, -0.3)]
    [InlineData(float.NegativeInfinity, double.NegativeInfinity)]
    [InlineData(float.NaN, double.NaN)]
    public void A_single_is_read_as_a_person_would_write_it(float single, double expected) => Assert.Equal(expected, ShortNumber.Of(single));

    [Fact]
    public void A_number_that_would_change_too_much_stays()
    {
        Assert.Equal(0.1, ShortNumber.Near(0.1000000000001, 1e-6));
        Assert.Equal(0.1000000000001, ShortNumber.Near(0.1000000000001, 1e-14));
        Assert.Equal(1e300, ShortNumber.Near(1e300, 1));
    }

    [Fact]
    public void Continuous_values_are_proposed_with_the_digits_of_a_float_and_stay_where_they_were()
    {
        FloatParameter[] parameters =
        [
            new() { Name = "x", Min = -1, Max = 1 },
            new() { Name = "x", Min = 1e-6, Max = 10, Scale = ParameterScale.Log },
            new() { Name = "x", Min = 1e-12, Max = 1e-11 },
        ];
        foreach (var parameter in parameters)
        {
            var random = new KeyedRandom(1, "short");
            for (var i = 0; i < 10_000; i++)
            {
                var unit = random.NextDouble();
                var value = parameter.Decode(unit).Number;
                Assert.Equal(ShortNumber.Of((float)value), value);
                Assert.InRange(Math.Abs(parameter.Encode(value) - unit), 0, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(1_000_000, 1_000_001, ParameterScale.Linear)]
    [InlineData(1, 1.0001, ParameterScale.Log)]
    public void Narrow_ranges_far_from_0_keep_all_digits(double min, double max, ParameterScale scale)
    {
        var parameter = new FloatParameter { Name = "x", Min = min, Max = max, Scale = scale };

        var values = Enumerable.Range(0, 1000).Select(i => parameter.Decode((i + 0.5) / 1000)).ToHashSet();

        Assert.Equal(1000, values.Count);
        Assert.All(values, value => Assert.True(parameter.Allows(value)));
    }

    [Fact]
    public void Rounding_does_not_leave_the_bounds()
    {
        var parameter = new FloatParameter { Name = "x", Min = 1 / 3.0, Max = 2 / 3.0 };

        Assert.Equal(2 / 3.0, parameter.Decode(1 - 1e-15));
        Assert.True(parameter.Allows(parameter.Decode(0)));
    }
}
