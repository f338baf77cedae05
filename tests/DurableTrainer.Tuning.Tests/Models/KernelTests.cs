using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Tests.Models;

public class KernelTests
{
    private const int Dimensions = 3;
    private static readonly bool[] IsChoice = Differences.LastIsChoice(Dimensions);

    [Fact]
    public void Matern_is_what_its_formula_says_with_slopes_that_differences_confirm()
    {
        // More than one register, and not a multiple of one.
        double[] at = [.. Enumerable.Range(0, 11).Select(i => i * i * 0.05)];
        double[] correlations = [.. at], slopes = new double[at.Length];

        Matern.Apply(correlations, slopes);

        for (var i = 0; i < at.Length; i++)
        {
            Assert.Equal(Of(at[i]), correlations[i], 1e-14);
            if (i > 0)
                Assert.Equal(-2 * (Of(at[i] + 1e-6) - Of(at[i] - 1e-6)) / 2e-6, slopes[i], 1e-6);
        }

        Assert.Equal(5.0 / 3, slopes[0], 1e-14);

        static double Of(double square) => (1 + Math.Sqrt(5 * square) + 5 * square / 3) * Math.Exp(-Math.Sqrt(5 * square));
    }

    [Fact]
    public void Correlations_are_the_mean_of_one_parameter_each_and_all_together_by_their_shares()
    {
        // More points than a register holds, and not a multiple of that.
        var (rows, parameters) = (Differences.Rows(11, Dimensions, 5), Differences.Parameters(Dimensions, 5));
        var at = Differences.Rows(1, Dimensions, 6)[0];
        var share = KernelParameters.ShareOf(parameters);

        var correlations = Compared(new Kernel(IsChoice, rows, parameters), at);

        for (var other = 0; other < rows.Length; other++)
        {
            double[] squares = [.. Enumerable.Range(0, Dimensions).Select(i => Kernel.SquaredDifference(IsChoice[i], at[i], rows[other][i]))];
            var own = squares.Select((square, i) => Matern.Of(square * KernelParameters.OwnWeight(parameters, i))).Average();
            var joint = Matern.Of(squares.Select((square, i) => square * KernelParameters.JointWeight(parameters, i)).Sum());
            Assert.Equal(share * own + (1 - share) * joint, correlations[other], 1e-14);
        }
    }

    [Fact]
    public void A_point_correlates_with_itself_by_1_and_with_others_by_less_both_ways_alike()
    {
        var rows = Differences.Rows(12, Dimensions, 1);
        var kernel = new Kernel(IsChoice, rows, Differences.Parameters(Dimensions, 1));

        var matrix = rows.Select(row => Compared(kernel, row)).ToArray();

        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal(1, matrix[i][i], 1e-14);
            for (var j = 0; j < i; j++)
            {
                Assert.InRange(matrix[i][j], 0, 1 - 1e-9);
                Assert.Equal(matrix[j][i], matrix[i][j], 1e-15);
            }
        }
    }

    [Fact]
    public void Slopes_agree_with_differences_and_are_0_without_an_order()
    {
        var rows = Differences.Rows(9, Dimensions, 2);
        var kernel = new Kernel(IsChoice, rows, Differences.Parameters(Dimensions, 2));
        var at = Differences.Rows(1, Dimensions, 3)[0];
        double[] correlations = new double[rows.Length];
        double[][] slopes = [.. IsChoice.Select(_ => new double[rows.Length])];

        kernel.Compare(at, correlations, slopes);

        Assert.All(Compared(kernel, at).Zip(correlations), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        for (var other = 0; other < rows.Length; other++)
            Differences.AssertNear(Differences.Of(point => Compared(kernel, point)[other], at)[..^1], [.. slopes.SkipLast(1).Select(slope => slope[other])]);
        Assert.All(slopes[^1], slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void All_values_without_an_order_are_equally_far_apart_the_one_of_an_inactive_parameter_as_well()
    {
        double[][] rows = [[0.5, 0.5, 0.5 / 3], [0.5, 0.5, 1.5 / 3], [0.5, 0.5, 2.5 / 3], [0.5, 0.5, -1]];
        var kernel = new Kernel(IsChoice, rows, Differences.Parameters(Dimensions, 4));

        var correlations = Compared(kernel, rows[0]);

        Assert.Equal(1, correlations[0], 1e-14);
        Assert.Single(correlations[1..].Distinct());
        Assert.Equal(1, Compared(kernel, rows[3])[3], 1e-14);
    }

    private static double[] Compared(Kernel kernel, double[] point)
    {
        var correlations = new double[kernel.Count];
        kernel.Compare(point, correlations);
        return correlations;
    }
}
