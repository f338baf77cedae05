using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks;

/// <summary>Tasks over vectors of real numbers: parameters x0, x1, … on linear scales.</summary>
internal static class Coordinates
{
    public static IReadOnlyList<Parameter> Space(int dimensions, double min, double max) =>
        Space([.. Enumerable.Repeat((min, max), dimensions)]);

    public static IReadOnlyList<Parameter> Space(params IReadOnlyList<(double Min, double Max)> bounds) =>
        [.. bounds.Select((bound, i) => new FloatParameter { Name = Name(i), Min = bound.Min, Max = bound.Max })];

    /// <summary>A function of the vector as one of the point.</summary>
    public static Func<Point, double> Of(Func<double[], double> function) => point => function(Vector(point));

    public static Point PointAt(params IReadOnlyList<double> vector) =>
        new(vector.Select((value, i) => KeyValuePair.Create(Name(i), (ParameterValue)value)));

    public static double[] Vector(Point point)
    {
        var vector = new double[point.Count];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = point[Name(i)].Number;
        return vector;
    }

    private static string Name(int i) => $"x{i}";
}
