using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Bench.Costs;

/// <summary>
/// A training in formulas: memory is a + b · batch · width², an epoch takes a time that grows with depth and a little with width, both measured
/// with some percent of noise. Wider and deeper is better, so that the best points that fit lie at the limits; learning rate, dropout and
/// optimizer matter for the loss alone.
/// </summary>
internal sealed class CostlyTask
{
    public const int Epochs = 10;

    /// <summary>Deviation of the logarithm of a measurement.</summary>
    public const double Noise = 0.03;

    private const double Mebibyte = 1 << 20;

    public static IReadOnlyList<Parameter> Space { get; } =
    [
        new FloatParameter { Name = "learningRate", Min = 1e-4, Max = 0.3, Scale = ParameterScale.Log },
        new FloatParameter { Name = "dropout", Min = 0, Max = 0.6 },
        new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adamw", "lion"] },
        new OrdinalParameter { Name = "batch", Values = [16, 32, 64, 128, 256] },
        new IntParameter { Name = "width", Min = 8, Max = 128, Step = 8 },
        new IntParameter { Name = "depth", Min = 1, Max = 8 },
    ];

    /// <summary>A fifth of the space needs more memory and a sixth more time: a third of it is over a limit.</summary>
    public static LimitsSpec Limits { get; } = new() { Memory = new MemorySize(200L << 20), CpuTime = TimeSpan.FromSeconds(27) };

    public static double Memory(Point point) =>
        Mebibyte * (100 + 0.00012 * point["batch"].Number * Math.Pow(point["width"].Number, 2));

    /// <summary>Seconds of an epoch.</summary>
    public static double Time(Point point) => 0.2 + 0.3 * point["depth"].Number * (1 + point["width"].Number / 400);

    public static double Loss(Point point)
    {
        var best = point["optimizer"].ToString() switch { "sgd" => -1.2, "adamw" => -2.6, _ => -3.2 };
        var off = Math.Log10(point["learningRate"].Number) - best;
        return 0.05
            + (point["optimizer"].ToString() == "sgd" ? 0.01 : 0)
            + 0.25 * (1 - Math.Exp(-off * off / 1.5))
            + 0.10 * Math.Exp(-point["width"].Number / 40)
            + 0.06 * Math.Exp(-point["depth"].Number / 3)
            + 0.05 * Math.Pow(point["dropout"].Number - 0.25, 2)
            + 0.004 * Math.Abs(Math.Log2(point["batch"].Number) - 6);
    }

    /// <summary>Whether a trial that measures this is terminated.</summary>
    public static bool IsOver(Usage usage) =>
        usage.PeakMemoryBytes > Limits.Memory!.Value.Bytes || usage.CpuTime > Limits.CpuTime;

    /// <summary>
    /// What a trial uses: as long as it keeps the limits, or until it does not. The noise belongs to its number, so that with and without a
    /// mask it is the same.
    /// </summary>
    public static Usage Measure(Point point, long seed, int trial)
    {
        var random = new KeyedRandom(seed, "bench/usage", trial);
        var memory = Memory(point) * Math.Exp(Noise * random.NextGaussian());
        var time = Time(point) * Math.Exp(Noise * random.NextGaussian());
        // The worker looks after every epoch.
        var epochs = memory > Limits.Memory!.Value.Bytes ? 1 : Math.Min(Epochs, (int)(Limits.CpuTime!.Value.TotalSeconds / time) + 1);
        var used = TimeSpan.FromSeconds(time * epochs);
        return new Usage(used, used, (long)memory, epochs);
    }
}
