using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Results;

namespace DurableTrainer.Cli.AskTell;

/// <summary>What has been found so far: the best of the trials that ended, or with several objectives those that no other is better than in all.</summary>
internal static class Best
{
    /// <summary>The field and its content: <c>"best"</c> with a trial or null, or <c>"front"</c> with several.</summary>
    public static void WriteTo(JsonObject answer, TunerState state, Tuner tuner, IReadOnlyList<ObjectiveSpec> objectives)
    {
        if (objectives.Count == 1)
        {
            answer["best"] = tuner.Best(state) is { } best ? Describe(best) : null;
            return;
        }

        answer["front"] = new JsonArray([.. Front(Found(state), objectives).Select(entry => new JsonObject
        {
            ["trial"] = entry.Trial,
            ["values"] = new JsonObject(objectives.Select((objective, i) => KeyValuePair.Create(objective.Metric, (JsonNode?)entry.Values[i]))),
        })]);
    }

    /// <summary>The message of the first trial that reached all targets; null when there are none, or none has.</summary>
    public static string? TargetMet(TunerState state, IReadOnlyList<ObjectiveSpec> objectives)
    {
        foreach (var (trial, values) in objectives.Any(objective => objective.Target is not null) ? Found(state) : [])
        {
            if (objectives.Where((objective, i) => objective.Target is not null && !objective.Reaches(values[i])).Any())
                continue;
            var reached = objectives.Select((objective, i) => FormattableString.Invariant($"{objective.Metric} reached {values[i]:0.####}"));
            return $"target met: {string.Join(", ", reached)} in trial {trial}";
        }

        return null;
    }

    private static JsonObject Describe(BestTrial best)
    {
        var described = new JsonObject { ["trial"] = best.Trial, ["value"] = best.Values[0] };
        if (best.IsBelieved)
            described["believed"] = true;
        return described;
    }

    private static List<(int Trial, IReadOnlyList<double> Values)> Front(
        IEnumerable<(int Trial, IReadOnlyList<double> Values)> found, IReadOnlyList<ObjectiveSpec> objectives)
    {
        bool Dominates(IReadOnlyList<double> a, IReadOnlyList<double> b) =>
            !objectives.Where((objective, i) => objective.IsBetter(b[i], a[i])).Any()
            && objectives.Where((objective, i) => objective.IsBetter(a[i], b[i])).Any();

        var front = new List<(int Trial, IReadOnlyList<double> Values)>();
        foreach (var entry in found)
        {
            if (front.Exists(other => Dominates(other.Values, entry.Values)))
                continue;
            front.RemoveAll(other => Dominates(entry.Values, other.Values));
            front.Add(entry);
        }

        return front;
    }

    private static IEnumerable<(int Trial, IReadOnlyList<double> Values)> Found(TunerState state) => state.Trials
        .Select((record, trial) => (trial, record))
        .Where(pair => pair.record is { Status: TrialStatus.Completed or TrialStatus.Stopped, Objectives: not null })
        .Select(pair => (pair.trial, pair.record.Objectives!));
}
