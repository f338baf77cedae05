using System.Globalization;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Views;

/// <summary>What the tuner did, in words.</summary>
internal static class TunerText
{
    /// <summary>Behind a best trial that is not the best that was seen.</summary>
    public const string Believed = "chosen by the model: values are noisy";

    /// <summary>The experts by how often they were chosen, and what that earned on average.</summary>
    public static string Experts(IEnumerable<ExpertSummary> experts) => string.Join(", ", experts
        .OrderByDescending(expert => expert.Chosen)
        .Select((expert, i) => $"{expert.Name} {expert.Chosen}{(i == 0 ? " trials" : "")}{Average(expert, i == 0 ? "earned " : "", i == 0 ? " on average" : "")}"));

    private static string Average(ExpertSummary expert, string before, string after) => expert.Chosen == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({before}{expert.Earned / expert.Chosen:0.00}{after})");
}
