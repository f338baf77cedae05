using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tests.Tuner.Tasks;

/// <summary>Where the tasks are best, from their sources or by how they were made.</summary>
internal static class KnownBest
{
    private const string Noisy = "noisy-";

    /// <summary>Where z⁴ − 16 z² + 5 z is least.</summary>
    private const double Styblinski = -2.903534;

    public static Point Of(SearchTask task) => task.Name.StartsWith(Noisy, StringComparison.Ordinal) ? OfName(task, task.Name[Noisy.Length..]) : OfName(task, task.Name);

    private static Point OfName(SearchTask task, string name) => name switch
    {
        "branin" => Coordinates.PointAt(Math.PI, 2.275),
        "hartmann3" => Coordinates.PointAt(0.114614, 0.555649, 0.852547),
        "hartmann6" => Coordinates.PointAt(0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573),
        "ackley5" => Coordinates.PointAt(1.5239370772372638, 6.2444346785431435, -6.27285783261167, 0.32482815592988956, 11.78840863042964),
        "levy4" or "rosenbrock4" => Coordinates.PointAt(1, 1, 1, 1),
        "rastrigin5" => Coordinates.PointAt(-1.598651555616154, -2.402623792561877, -0.18390736750827674, 1.124669645960739, -0.39898197706136296),
        "sphere10" => Coordinates.PointAt(
            -1.668040973461563, 2.224393837064259, -1.7596850679634415, 2.5116654476275295, -0.06953286723102536,
            0.6704631774158742, 1.5954471388818936, 0.11050792723765923, -1.2191969905426683, -1.8736726280324902),
        "mlmix" => Of(("lr", Math.Pow(10, -2.85)), ("wd", 1e-4), ("layers", 4), ("opt", "adam"), ("drop", 0.2), ("batch", 64)),
        "svmlike" => Of(("C", 10), ("gamma", 0.01), ("kernel", "rbf"), ("degree", 5)),
        "ellipsoid6" => Coordinates.PointAt(1.7, -2.9, 0.6, 3.1, -1.2, 2.3),
        "griewank4" => Coordinates.PointAt(17.3, -6.1, 9.8, -21.4),
        "michalewicz5" => Coordinates.PointAt(2.202906, 1.570796, 1.284992, 1.923058, 1.720470),
        "styblinski6" => Coordinates.PointAt(
            Styblinski + 0.9, Styblinski - 0.6, Styblinski + 1.4, Styblinski + 0.3, Styblinski - 0.9, Styblinski + 1.1),
        "sparse20" => SparseCamels(),
        "peaks6" => Coordinates.PointAt(0.3099604, 0.6221139, 0.24380998, 0.69514922, 0.43634436, 0.82324249),
        "familytree" => Of(
            ("model", "network"), ("optimizer", "sgd"), ("rate", 0.17 * Math.Pow(10, -0.4)), ("layers", 3), ("width", 97), ("momentum", 0.83)),
        "integers6" => Of(("rows", 16), ("columns", 8), ("unroll", 5), ("depth", 18), ("threads", 6), ("padding", 1)),
        "choices7" => BestChoices(task),
        "failing4" => EdgeOfFailing(),
        "vessel4" => Vessel(radius: 0.8125 / 0.0193 - 1e-7),
        "terraces5" => Coordinates.PointAt(1.3, -2.2, 0.4, 2.8, -0.7),
        "logvalley4" => Of(("a", Math.Pow(10, -2.3)), ("b", Math.Pow(10, 0.6)), ("c", Math.Pow(10, -5.2)), ("d", 0.28)),
        _ => throw new ArgumentException($"Where is {name} best?", nameof(task)),
    };

    private static Point Of(params IEnumerable<(string Name, ParameterValue Value)> values) =>
        new(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    /// <summary>As wide as its shell allows, and no longer than the volume needs.</summary>
    private static Point Vessel(double radius) => Of(
        ("shell", 0.8125),
        ("head", 0.4375),
        ("radius", radius),
        ("length", (1296000 - 4.0 / 3 * Math.PI * Math.Pow(radius, 3)) / (Math.PI * radius * radius) + 1e-7));

    private static Point SparseCamels()
    {
        // The camels stand at (0.0898, −0.7126).
        var unit = Enumerable.Repeat(0.5, 20).ToArray();
        unit[3] = unit[16] = (0.089842 + 1.2) / 4;
        unit[11] = unit[7] = (-0.712656 + 1.9) / 3;
        return Coordinates.PointAt(unit);
    }

    /// <summary>All choices, each with the strengths that one of the first may want.</summary>
    private static Point BestChoices(SearchTask task) =>
        (from choices in new SearchSpace([.. task.Space.Where(parameter => parameter is ChoiceParameter)], []).Enumerate()
         from strength in new ParameterValue[] { 0.22, 0.71, 0.43, 0.86 }
         select new Point([.. choices, KeyValuePair.Create("strength", strength)])).MinBy(task.Value)!;

    /// <summary>From the bottom of the bowl to the edge, by the Lagrange multiplier of the edge; a little further, to be on the right side.</summary>
    private static Point EdgeOfFailing()
    {
        double[] weights = [1, 2.5, 0.6, 4], bottom = [0.72, 0.31, 0.64, 0.43], normal = [1, 0.4, 0.8, 0.2];
        var multiplier = (normal.Zip(bottom, (n, b) => n * b).Sum() - 1.2) / normal.Zip(weights, (n, w) => n * n / w).Sum() + 1e-9;
        double[] unit = [.. bottom.Select((b, i) => b - multiplier * normal[i] / weights[i])];
        return Coordinates.PointAt(-2 + 5 * unit[0], 10 * unit[1], -1 + 2 * unit[2], 5 + 4 * unit[3]);
    }
}
