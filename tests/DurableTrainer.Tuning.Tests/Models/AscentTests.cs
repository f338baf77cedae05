using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Tests.Models;

public class AscentTests
{
    [Fact]
    public void It_climbs_to_the_top_or_to_the_bound_before_it()
    {
        double[] at = [0.9, 0.1, 0.5];

        var height = Ascent.Climb(Quadratic([0.3, 0.7, 2]), at, [0, 0, 0], [1, 1, 1], 0.1, 1e-6, 200);

        Assert.Equal(0.3, at[0], 1e-4);
        Assert.Equal(0.7, at[1], 1e-4);
        Assert.Equal(1, at[2]);
        Assert.Equal(-1, height, 1e-6);
    }

    [Fact]
    public void It_turns_back_from_where_the_function_is_not()
    {
        double[] at = [0.1];
        var inner = Quadratic([1]);

        Ascent.Climb((at, gradient) => at[0] > 0.6 ? double.NegativeInfinity : inner(at, gradient), at, [0], [1], 0.2, 1e-6, 100);

        Assert.InRange(at[0], 0.55, 0.6);
    }

    [Theory]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(1, double.NaN)]
    public void Where_the_start_cannot_be_it_stays_and_looks_no_further(double height, double slope)
    {
        double[] at = [0.4];
        var looks = 0;

        var highest = Ascent.Climb(
            (_, gradient) =>
            {
                (gradient[0], looks) = (slope, looks + 1);
                return height;
            },
            at, [0], [1], 0.1, 1e-6, 50);

        Assert.Equal((double.NegativeInfinity, 0.4, 1), (highest, at[0], looks));
    }

    [Fact]
    public void What_is_not_active_stays_so_and_does_not_keep_the_climb_from_ending()
    {
        double[] at = [0.4, double.NaN];
        var looks = 0;

        Ascent.Climb(Count, at, [0, double.NaN], [1, double.NaN], 0.1, 1e-3, 1000);

        Assert.Equal(0.3, at[0], 1e-2);
        Assert.True(double.IsNaN(at[1]));
        Assert.InRange(looks, 2, 100);

        double Count(ReadOnlySpan<double> at, Span<double> gradient)
        {
            looks++;
            (gradient[0], gradient[1]) = (-2 * (at[0] - 0.3), 0);
            return -(at[0] - 0.3) * (at[0] - 0.3);
        }
    }

    private static Slope Quadratic(double[] top) => (at, gradient) =>
    {
        var sum = 0.0;
        for (var i = 0; i < at.Length; i++)
        {
            gradient[i] = -2 * (at[i] - top[i]);
            sum -= (at[i] - top[i]) * (at[i] - top[i]);
        }

        return sum;
    };
}
