using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks.Own;

/// <summary>The best points lie at the edge of what is possible: unknown to the tuner in one task, told as constraints in the other.</summary>
internal static class BoundedTasks
{
    private static readonly (double Min, double Max)[] Bounds = [(-2, 3), (0, 10), (-1, 1), (5, 9)];
    private static readonly double[] Weights = [1, 2.5, 0.6, 4];
    private static readonly double[] Bottom = [0.72, 0.31, 0.64, 0.43];
    private static readonly double[] Normal = [1, 0.4, 0.8, 0.2];

    public static IReadOnlyList<SearchTask> All { get; } =
    [
        new()
        {
            Name = "failing4",
            Family = "failing",
            Space = Coordinates.Space(Bounds),
            Value = point => Unit(point).Select((c, i) => Weights[i] * (c - Bottom[i]) * (c - Bottom[i])).Sum(),
            Fails = point => Dot(Normal, Unit(point)) > Edge,
            // A quadratic bowl on a half space: the square of the bottom's distance from the edge, over nᵀ W⁻¹ n.
            Optimum = Math.Pow(Dot(Normal, Bottom) - Edge, 2) / Normal.Select((n, i) => n * n / Weights[i]).Sum(),
        },
        new()
        {
            Name = "vessel4",
            Family = "constrained",
            Space =
            [
                new FloatParameter { Name = "shell", Min = 0.0625, Max = 6.1875, Step = 0.0625 },
                new FloatParameter { Name = "head", Min = 0.0625, Max = 6.1875, Step = 0.0625 },
                new FloatParameter { Name = "radius", Min = 10, Max = 200 },
                new FloatParameter { Name = "length", Min = 10, Max = 200 },
            ],
            Constraints =
            [
                "0.0193 * radius <= shell",
                "0.00954 * radius <= head",
                // π r² l + 4/3 π r³
                "3.141592653589793 * radius^2 * length + 4.1887902047863905 * radius^3 >= 1296000",
            ],
            Value = Vessel,
            Optimum = 6059.714335,
        },
    ];

    /// <summary>Half of the space is beyond it, where trials fail: the mean of the normal's product with a point of the unit cube.</summary>
    private static double Edge => Normal.Sum() / 2;

    /// <summary>
    /// What a pressure vessel costs, in dollars (Kannan and Kramer, J. Mech. Des. 116(2), 1994): the thickness of its shell and heads
    /// in sixteenths of an inch, its radius and length; it has to hold the pressure and 750 cubic feet. Random points cost ten times
    /// the best.
    /// </summary>
    private static double Vessel(Point point)
    {
        var (shell, head, radius, length) = (point["shell"].Number, point["head"].Number, point["radius"].Number, point["length"].Number);
        return 0.6224 * shell * radius * length + 1.7781 * head * radius * radius + 3.1661 * shell * shell * length
            + 19.84 * shell * shell * radius;
    }

    private static double[] Unit(Point point) =>
        [.. Coordinates.Vector(point).Select((c, i) => (c - Bounds[i].Min) / (Bounds[i].Max - Bounds[i].Min))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
