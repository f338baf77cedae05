namespace DurableTrainer.Bench.Tuner.Tasks;

/// <summary>Functions that optimisers are commonly tried on.</summary>
/// <remarks>As Surjanovic and Bingham collect them, Virtual Library of Simulation Experiments: Test Functions and Datasets, 2013.</remarks>
internal static class ReferenceFunctions
{
    private static readonly double[] HartmannHeights = [1, 1.2, 3, 3.2];

    private static readonly double[][] Hartmann3Widths = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]];

    private static readonly double[][] Hartmann3Centres =
    [
        [0.3689, 0.1170, 0.2673], [0.4699, 0.4387, 0.7470], [0.1091, 0.8732, 0.5547], [0.0381, 0.5743, 0.8828],
    ];

    private static readonly double[][] Hartmann6Widths =
    [
        [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ];

    private static readonly double[][] Hartmann6Centres =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    /// <summary>Three equal minima of 0.397887 on [−5, 10] × [0, 15] (Branin, IBM J. Res. Dev. 16(5), 1972).</summary>
    public static double Branin(double[] x)
    {
        var valley = x[1] - 5.1 / (4 * Math.PI * Math.PI) * x[0] * x[0] + 5 / Math.PI * x[0] - 6;
        return valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x[0]) + 10;
    }

    /// <summary>−3.86278 on [0, 1]³ (Hartman, Some Experiments in Global Optimization, 1973).</summary>
    public static double Hartmann3(double[] x) => Hills(x, HartmannHeights, Hartmann3Widths, Hartmann3Centres);

    /// <summary>−3.32237 on [0, 1]⁶ (Hartman, 1973).</summary>
    public static double Hartmann6(double[] x) => Hills(x, HartmannHeights, Hartmann6Widths, Hartmann6Centres);

    /// <summary>Less the sum of Gaussian hills: −Σ αᵢ exp(−Σ Aᵢⱼ (xⱼ − Pᵢⱼ)²).</summary>
    public static double Hills(double[] x, double[] heights, double[][] widths, double[][] centres)
    {
        var sum = 0.0;
        for (var i = 0; i < heights.Length; i++)
        {
            var exponent = 0.0;
            for (var j = 0; j < x.Length; j++)
                exponent += widths[i][j] * (x[j] - centres[i][j]) * (x[j] - centres[i][j]);
            sum -= heights[i] * Math.Exp(-exponent);
        }

        return sum;
    }

    /// <summary>0 at the origin (Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987).</summary>
    public static double Ackley(double[] z) =>
        -20 * Math.Exp(-0.2 * Math.Sqrt(z.Average(c => c * c))) - Math.Exp(z.Average(c => Math.Cos(2 * Math.PI * c))) + 20 + Math.E;

    /// <summary>0 where all are 1 (Levy and Montalvo, SIAM J. Sci. Stat. Comput. 6(1), 1985).</summary>
    public static double Levy(double[] x)
    {
        var sum = Square(Math.Sin(Math.PI * W(x[0])));
        foreach (var c in x.AsSpan(0, x.Length - 1))
            sum += Square(W(c) - 1) * (1 + 10 * Square(Math.Sin(Math.PI * W(c) + 1)));
        return sum + Square(W(x[^1]) - 1) * (1 + Square(Math.Sin(2 * Math.PI * W(x[^1]))));

        static double W(double c) => 1 + (c - 1) / 4;
    }

    /// <summary>0 where all are 1, at the end of a bent valley (Rosenbrock, The Computer Journal 3(3), 1960).</summary>
    public static double Rosenbrock(double[] x)
    {
        var sum = 0.0;
        for (var i = 1; i < x.Length; i++)
            sum += 100 * Square(x[i] - x[i - 1] * x[i - 1]) + Square(1 - x[i - 1]);
        return sum;
    }

    /// <summary>0 at the origin, the least of a lattice of minima (Rastrigin, Systems of Extremal Control, 1974).</summary>
    public static double Rastrigin(double[] z) => z.Sum(c => 10 + c * c - 10 * Math.Cos(2 * Math.PI * c));

    public static double Sphere(double[] z) => z.Sum(c => c * c);

    /// <summary>A function that has its origin elsewhere.</summary>
    public static Func<double[], double> Shifted(Func<double[], double> function, double[] shift) =>
        x => function([.. x.Select((c, i) => c - shift[i])]);

    private static double Square(double value) => value * value;
}
