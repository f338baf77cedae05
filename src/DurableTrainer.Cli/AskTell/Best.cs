using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Pareto;
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

        answer["front"] = new JsonArray([.. Front(state, objectives).Select(entry => new JsonObject
        {
            ["trial"] = entry.Trial,
            ["values"] = new JsonObject(objectives.Select((objective, i) => KeyValuePair.Create(objective.Metric, (JsonNode?)entry.Values[i]))),
        })]);
    }

    /// <summary>The message of the first trial that reached all targets; null when there are none, or none has.</summary>
    public static string? TargetMet(TunerState state, IReadOnlyList<ObjectiveSpec> objectives) => Found(state)
        .Select(found => Objectives.TargetMet(objectives, found.Values) is { } met ? $"{met} in trial {found.Trial}" : null)
        .FirstOrDefault(met => met is not null);

    private static JsonObject Describe(BestTrial best)
    {
        var described = new JsonObject { ["trial"] = best.Trial, ["value"] = best.Values[0] };
        if (best.IsBelieved)
            described["believed"] = true;
        return described;
    }

    private static IEnumerable<(int Trial, IReadOnlyList<double> Values)> Front(TunerState state, IReadOnlyList<ObjectiveSpec> objectives)
    {
        var found = Found(state).ToList();
        return Dominance.Front([.. found.Select(entry => Minimised.Of(objectives, entry.Values))]).Select(place => found[place]);
    }

    private static IEnumerable<(int Trial, IReadOnlyList<double> Values)> Found(TunerState state) => state.Trials
        .Select((record, trial) => (trial, record))
        .Where(pair => pair.record is { Status: TrialStatus.Completed or TrialStatus.Stopped, Objectives: not null })
        .Select(pair => (pair.trial, pair.record.Objectives!));
}
