using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Async;

/// <summary>What a rule came to in a setting, over all seeds.</summary>
/// <param name="Task">What was trained.</param>
/// <param name="Setting">How long learners took.</param>
/// <param name="Rule">By what rates were scaled.</param>
/// <param name="Losses">By seed.</param>
/// <param name="WindowLosses">Those of the window, by seed.</param>
/// <param name="MeanStep">Over all updates of all seeds; not a number when there were none.</param>
internal sealed record AsyncFigures(
    AsyncTask Task, AsyncSetting Setting, AsyncRule Rule, IReadOnlyList<double> Losses, IReadOnlyList<double> WindowLosses, double MeanStep)
{
    public double Loss => Losses.Average();

    /// <summary>Of the mean loss.</summary>
    public double StandardError => StandardErrorOf(Losses);

    /// <summary>By how much the loss is above the window's, seed by seed.</summary>
    public double Difference => Losses.Zip(WindowLosses, (own, window) => own - window).Average();

    /// <summary>Of the mean difference.</summary>
    public double DifferenceError => StandardErrorOf([.. Losses.Zip(WindowLosses, (own, window) => own - window)]);

    /// <summary>Runs whose loss became no number, or more than a hundred times the window's.</summary>
    public int Diverged => Losses.Zip(WindowLosses).Count(pair => !(pair.First < 100 * pair.Second));

    public JsonObject ToJson() => new()
    {
        ["setting"] = Setting.Name,
        ["rule"] = Rule.Name,
        ["loss"] = Number(Loss),
        ["standardError"] = Number(StandardError),
        ["meanStep"] = Number(MeanStep),
        ["task"] = Task.Name,
        ["difference"] = Number(Difference),
        ["differenceError"] = Number(DifferenceError),
        ["diverged"] = Diverged,
        ["seeds"] = Losses.Count,
        ["learners"] = Setting.Learners,
    };

    /// <summary>s/√n with the unbiased variance; not a number for fewer than two values.</summary>
    private static double StandardErrorOf(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count);
    }

    /// <summary>Null for what is no finite number, as JSON has none.</summary>
    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(double.Round(value, 6)) : null;
}
