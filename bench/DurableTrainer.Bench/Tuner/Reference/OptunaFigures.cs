using System.Globalization;
using System.Text.Json;

namespace DurableTrainer.Bench.Tuner.Reference;

/// <summary>The best values that Optuna found on <see cref="Tasks.ReferenceTasks"/>, seed by seed.</summary>
/// <remarks>
/// Measured on 2026-11-21 with Optuna 5.0.0.dev (Akiba et al., Optuna: A Next-generation Hyperparameter Optimization Framework,
/// KDD 2019): TPESampler and GPSampler with default settings and RandomSampler; one process, one thread, one proposal at a time;
/// seeds 0 to 19, of the Gaussian process 0 to 9.
/// </remarks>
internal static class OptunaFigures
{
    public const string Tpe = "optuna-tpe";
    public const string Gp = "optuna-gp";
    public const string Random = "optuna-random";

    /// <summary>By task, sampler and number of trials.</summary>
    private static readonly Dictionary<string, Dictionary<string, Dictionary<string, double[]>>> All = Read();

    public static IReadOnlyList<string> Samplers { get; } = [Tpe, Gp, Random];

    /// <summary>The numbers of trials after which both other samplers were looked at.</summary>
    public static IReadOnlyList<int> Checkpoints { get; } = [20, 40, 60];

    /// <summary>The best value of each seed after so many trials; null where it was not measured.</summary>
    public static IReadOnlyList<double>? Best(string task, string sampler, int trials) =>
        All.GetValueOrDefault(task)?[sampler].GetValueOrDefault(trials.ToString(CultureInfo.InvariantCulture));

    private static Dictionary<string, Dictionary<string, Dictionary<string, double[]>>> Read()
    {
        using var stream = typeof(OptunaFigures).Assembly.GetManifestResourceStream("optuna.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, Dictionary<string, double[]>>>>(stream)!;
    }
}
