namespace DurableTrainer.Bench.Tuner.Tasks.Own;

/// <summary>Functions of real vectors: bent, rough, and one of which most coordinates do nothing.</summary>
internal static class SmoothTasks
{
    private static readonly double[] EllipsoidShift = [1.7, -2.9, 0.6, 3.1, -1.2, 2.3];
    private static readonly double[] GriewankShift = [17.3, -6.1, 9.8, -21.4];
    private static readonly double[] StyblinskiShift = [0.9, -0.6, 1.4, 0.3, -0.9, 1.1];

    public static IReadOnlyList<SearchTask> All { get; } =
    [
        new()
        {
            Name = "ellipsoid6",
            Family = "smooth",
            Space = Coordinates.Space(6, -5, 5),
            Value = Coordinates.Of(ReferenceFunctions.Shifted(RotatedEllipsoid, EllipsoidShift)),
            Optimum = 0,
        },
        new()
        {
            Name = "griewank4",
            Family = "many minima",
            Space = Coordinates.Space((-40, 60), (-30, 30), (-15, 25), (-60, 20)),
            Value = Coordinates.Of(ReferenceFunctions.Shifted(Griewank, GriewankShift)),
            Optimum = 0,
        },
        new()
        {
            Name = "michalewicz5",
            Family = "many minima",
            Space = Coordinates.Space((0, Math.PI), (0, 2.6), (0, Math.PI), (0, Math.PI), (0, Math.PI)),
            Value = Coordinates.Of(Michalewicz),
            Optimum = -4.687658179,
        },
        new()
        {
            Name = "styblinski6",
            Family = "many minima",
            Space = Coordinates.Space(6, -5, 5),
            Value = Coordinates.Of(ReferenceFunctions.Shifted(StyblinskiTang, StyblinskiShift)),
            Optimum = -234.996994,
        },
        new()
        {
            Name = "sparse20",
            Family = "high-dimensional",
            Space = Coordinates.Space(20, 0, 1),
            Value = Coordinates.Of(SparseCamels),
            Optimum = -2.063256907,
        },
    ];

    /// <summary>Σ 1000^(i/(d−1)) yᵢ² with y a rotation of z, by one radian in each plane of neighbours: 0 at the origin, no axis is its own.</summary>
    /// <remarks>As f10 of Hansen et al., Real-Parameter Black-Box Optimization Benchmarking 2009, with a milder condition.</remarks>
    private static double RotatedEllipsoid(double[] z)
    {
        var y = z.ToArray();
        for (var i = 0; i + 1 < y.Length; i++)
            (y[i], y[i + 1]) = (Math.Cos(1) * y[i] - Math.Sin(1) * y[i + 1], Math.Sin(1) * y[i] + Math.Cos(1) * y[i + 1]);
        return y.Select((c, i) => Math.Pow(1000, i / (y.Length - 1.0)) * c * c).Sum();
    }

    /// <summary>1 + Σ zᵢ²/4000 − Π cos(zᵢ/√i): 0 at the origin (Griewank, J. Optim. Theory Appl. 34(1), 1981).</summary>
    private static double Griewank(double[] z)
    {
        var (sum, product) = (0.0, 1.0);
        for (var i = 0; i < z.Length; i++)
        {
            sum += z[i] * z[i] / 4000;
            product *= Math.Cos(z[i] / Math.Sqrt(i + 1));
        }

        return 1 + sum - product;
    }

    /// <summary>−Σ sin xᵢ · sin²⁰(i xᵢ²/π): narrow valleys that cross (Michalewicz, Genetic Algorithms + Data Structures, 1992).</summary>
    private static double Michalewicz(double[] x) =>
        -x.Select((c, i) => Math.Sin(c) * Math.Pow(Math.Sin((i + 1) * c * c / Math.PI), 20)).Sum();

    /// <summary>½ Σ (z⁴ − 16 z² + 5 z): −39.166166 a dimension, where z = −2.903534 (Styblinski and Tang, Neural Networks 3(4), 1990).</summary>
    private static double StyblinskiTang(double[] z) => z.Sum(c => c * c * c * c - 16 * c * c + 5 * c) / 2;

    /// <summary>
    /// Two six-hump camels (Dixon and Szegö, Towards Global Optimisation 2, 1978: −1.031628 each) on four of the coordinates; the
    /// rest do nothing, as many hyperparameters (Wang et al., Bayesian Optimization in a Billion Dimensions, JAIR 55, 2016).
    /// </summary>
    private static double SparseCamels(double[] unit) => Camel(unit[3], unit[11]) + Camel(unit[16], unit[7]);

    private static double Camel(double first, double second)
    {
        var (x, y) = (4 * first - 1.2, 3 * second - 1.9);
        return (4 - 2.1 * x * x + x * x * x * x / 3) * x * x + x * y + 4 * (y * y - 1) * y * y;
    }
}
