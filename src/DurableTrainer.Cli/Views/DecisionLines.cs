using System.Globalization;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Views;

/// <summary>What was decided in an experiment, when and why: a line each, in the order in which it happened.</summary>
internal static class DecisionLines
{
    public static IEnumerable<string> Of(IReadOnlyList<ExperimentEvent> events)
    {
        var start = events.Count == 0 ? default : events[0].Time;
        foreach (var happened in events)
        {
            // What is told with a slice is not told again: a clone has its sentence there, and so has the end of most trials.
            var what = happened.Type switch
            {
                ExperimentEventType.ExperimentQueued => $"the experiment {happened.Message}",
                ExperimentEventType.TrialStarted => $"starts with {Format.Point(happened.Point!)}, chosen by {happened.Origin}",
                ExperimentEventType.SliceEnded => happened.Message,
                ExperimentEventType.ThreadsGranted or ExperimentEventType.InputChanged or ExperimentEventType.PlanChanged => happened.Message,
                ExperimentEventType.ChampionChallenged => happened.Message,
                ExperimentEventType.WorkerLost => Format.FirstLine(happened.Message),
                ExperimentEventType.TrialEnded when happened.Status is "failed" or "cancelled" => $"{happened.Status}: {Format.FirstLine(happened.Message)}",
                ExperimentEventType.ExperimentEnding or ExperimentEventType.ExperimentEnded => $"the experiment ends: {happened.Message}",
                _ => null,
            };
            if (what is not null)
                yield return string.Create(CultureInfo.InvariantCulture, $"{(happened.Time - start).TotalSeconds,8:0.0} s  {Who(happened),-9}  {what}");
        }
    }

    private static string Who(ExperimentEvent happened) => happened.Trial is { } trial && happened.Type != ExperimentEventType.ExperimentEnded
        ? $"trial {trial}"
        : "";
}
