using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks;

/// <summary>The ten tasks on which Optuna was measured.</summary>
internal static class ReferenceTasks
{
    private static readonly double[] AckleyShift =
        [1.5239370772372638, 6.2444346785431435, -6.27285783261167, 0.32482815592988956, 11.78840863042964];

    private static readonly double[] RastriginShift =
        [-1.598651555616154, -2.402623792561877, -0.18390736750827674, 1.124669645960739, -0.39898197706136296];

    private static readonly double[] SphereShift =
    [
        -1.668040973461563, 2.224393837064259, -1.7596850679634415, 2.5116654476275295, -0.06953286723102536,
        0.6704631774158742, 1.5954471388818936, 0.11050792723765923, -1.2191969905426683, -1.8736726280324902,
    ];

    public static IReadOnlyList<SearchTask> All { get; } =
    [
        Smooth("branin", Coordinates.Space((-5, 10), (0, 15)), ReferenceFunctions.Branin, 0.397887),
        Smooth("hartmann3", Coordinates.Space(3, 0, 1), ReferenceFunctions.Hartmann3, -3.86278),
        Smooth("hartmann6", Coordinates.Space(6, 0, 1), ReferenceFunctions.Hartmann6, -3.32237),
        Rough("ackley5", Coordinates.Space(5, -32, 32), ReferenceFunctions.Shifted(ReferenceFunctions.Ackley, AckleyShift)),
        Rough("levy4", Coordinates.Space(4, -10, 10), ReferenceFunctions.Levy),
        Smooth("rosenbrock4", Coordinates.Space(4, -2, 2), ReferenceFunctions.Rosenbrock, 0),
        Rough("rastrigin5", Coordinates.Space(5, -5.12, 5.12), ReferenceFunctions.Shifted(ReferenceFunctions.Rastrigin, RastriginShift)),
        Smooth("sphere10", Coordinates.Space(10, -5, 5), ReferenceFunctions.Shifted(ReferenceFunctions.Sphere, SphereShift), 0),
        new()
        {
            Name = "mlmix",
            Family = "mixed",
            Space =
            [
                new FloatParameter { Name = "lr", Min = 1e-5, Max = 1, Scale = ParameterScale.Log },
                new FloatParameter { Name = "wd", Min = 1e-7, Max = 0.1, Scale = ParameterScale.Log },
                new IntParameter { Name = "layers", Min = 1, Max = 8 },
                new ChoiceParameter { Name = "opt", Values = ["sgd", "adam", "rmsprop"] },
                new FloatParameter { Name = "drop", Min = 0, Max = 0.8 },
                new IntParameter { Name = "batch", Min = 8, Max = 512, Scale = ParameterScale.Log },
            ],
            Value = Training,
            Optimum = 0,
        },
        new()
        {
            Name = "svmlike",
            Family = "mixed",
            Space =
            [
                new FloatParameter { Name = "C", Min = 1e-4, Max = 1e4, Scale = ParameterScale.Log },
                new FloatParameter { Name = "gamma", Min = 1e-6, Max = 100, Scale = ParameterScale.Log },
                new ChoiceParameter { Name = "kernel", Values = ["rbf", "poly", "sigmoid"] },
                new IntParameter { Name = "degree", Min = 2, Max = 6 },
            ],
            Value = Machine,
            Optimum = 0.05,
        },
    ];

    /// <summary>Like the training of a network: the best learning rate depends on the optimizer and the depth.</summary>
    private static double Training(Point point)
    {
        var layers = point["layers"].Number;
        var (usual, extra) = point["opt"].ToString() switch
        {
            "sgd" => (-1.0, 0.02),
            "adam" => (-3, 0),
            _ => (-2.7, 0.015),
        };
        var rate = Math.Log10(point["lr"].Number) - usual - 0.15 * (layers - 3);
        var decay = (Math.Log10(point["wd"].Number) + 4) / 2;
        var (tooFast, dropout) = (Math.Max(0, rate - 0.8), point["drop"].Number - 0.2);
        return extra + 0.05 * (1 - Math.Exp(-rate * rate / 1.2)) + 0.4 * tooFast * tooFast
            + 0.01 * decay * decay * (1 + 0.5 * layers / 6) + 0.012 * Math.Abs(layers - 4) + 0.06 * dropout * dropout
            + 0.004 * Math.Abs(Math.Log2(point["batch"].Number) - 6);
    }

    /// <summary>Like a support vector machine: a ridge in the logarithms of C and gamma, and a degree that only one kernel heeds.</summary>
    private static double Machine(Point point)
    {
        var (c, g) = (Math.Log10(point["C"].Number) - 1, Math.Log10(point["gamma"].Number) + 2);
        var extra = point["kernel"].ToString() switch
        {
            "rbf" => 0,
            "poly" => 0.03 + 0.01 * Math.Abs(point["degree"].Number - 3),
            _ => 0.08,
        };
        var ridge = g + 0.5 * c;
        return 0.05 + extra + 0.3 * (1 - Math.Exp(-(c * c / 4 + ridge * ridge / 1.5)));
    }

    private static SearchTask Smooth(string name, IReadOnlyList<Parameter> space, Func<double[], double> function, double optimum) =>
        new() { Name = name, Family = "smooth", Space = space, Value = Coordinates.Of(function), Optimum = optimum };

    private static SearchTask Rough(string name, IReadOnlyList<Parameter> space, Func<double[], double> function) =>
        new() { Name = name, Family = "many minima", Space = space, Value = Coordinates.Of(function), Optimum = 0 };
}
