using DurableTrainer.Experiments.Submission;

namespace DurableTrainer.Cli.Views;

/// <summary>What a plan says of the units of a trial.</summary>
internal static class ParallelText
{
    /// <param name="plan">What is expected of them.</param>
    /// <param name="row">Takes the name of a row and its text.</param>
    public static void Write(ParallelForecast plan, Action<string, string> row)
    {
        if (plan.Data is { } data)
            SharingText.Write(data, plan, row);
        else if (plan.Pipeline is { } pipeline)
            PipelineText.Write(pipeline, plan, row);
        else
            row("parallel", $"{plan.Mode}: {plan.Problem}");
    }
}
