using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks.Own;

/// <summary>Where steps of equal size do not mean equal changes: flat terraces, and a valley that is bent on logarithmic scales.</summary>
internal static class ScaleTasks
{
    private static readonly double[] TerraceCentres = [1.3, -2.2, 0.4, 2.8, -0.7];
    private static readonly double[] TerraceWidths = [0.9, 1.4, 1.1, 0.7, 1.2];

    public static IReadOnlyList<SearchTask> All { get; } =
    [
        new()
        {
            Name = "terraces5",
            Family = "steps",
            Space = Coordinates.Space(5, -5, 5),
            Value = Coordinates.Of(Terraces),
            Optimum = 0,
        },
        new()
        {
            Name = "logvalley4",
            Family = "scales",
            Space =
            [
                new FloatParameter { Name = "a", Min = 1e-6, Max = 1, Scale = ParameterScale.Log },
                new FloatParameter { Name = "b", Min = 1e-4, Max = 1000, Scale = ParameterScale.Log },
                new FloatParameter { Name = "c", Min = 1e-8, Max = 0.1, Scale = ParameterScale.Log },
                new FloatParameter { Name = "d", Min = 0, Max = 1 },
            ],
            Value = LogarithmicValley,
            Optimum = 0,
        },
    ];

    /// <summary>Σ ⌊|xᵢ − sᵢ| / hᵢ⌋, and as much for the sum of the first two: nothing but steps (after De Jong's third function, 1975).</summary>
    private static double Terraces(double[] x)
    {
        double[] off = [.. x.Select((c, i) => c - TerraceCentres[i])];
        return off.Select((c, i) => Math.Floor(Math.Abs(c) / TerraceWidths[i])).Sum() + Math.Floor(Math.Abs(off[0] + off[1]) / 1.5);
    }

    /// <summary>
    /// Rosenbrock's valley between the logarithms of a and b, c along with b, and d for itself: 0 where log₁₀ a = −2.3, log₁₀ b = 0.6,
    /// log₁₀ c = −5.2, d = 0.28.
    /// </summary>
    private static double LogarithmicValley(Point point)
    {
        var (a, b, c) = (Logarithm("a") + 2.3, Logarithm("b") - 0.6, Logarithm("c") + 5.2);
        var (across, along, d) = (b - 0.5 * a - 0.25 * a * a, c - 0.6 * b, point["d"].Number - 0.28);
        return 5 * across * across + 0.25 * a * a + 2 * along * along + 3 * d * d;

        double Logarithm(string name) => Math.Log10(point[name].Number);
    }
}
