using System.Globalization;
using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning;

namespace DurableTrainer.Cli.AskTell;

/// <summary>What a client says of a trial that has ended.</summary>
/// <param name="Values">The objectives in their order; null when it failed.</param>
/// <param name="Cost">What it took, if somebody counted.</param>
/// <param name="Usage">What it used, if somebody measured.</param>
internal sealed record Outcome(IReadOnlyList<double>? Values, double? Cost, Usage? Usage)
{
    /// <summary>The outcome that a request carries; what is wrong with it is left with the request.</summary>
    public static Outcome Read(Request request, IReadOnlyList<ObjectiveSpec> objectives)
    {
        double? cost = null;
        if (request.Get("cost") is { } given && (cost = request.Finite(given, "cost")) < 0)
            request.Refuse("'cost' must be 0 or more");
        var usage = ToldUsage.Read(request);
        if (request.Get("failed") is not { } failed)
            return new Outcome(ReadValues(request, objectives, " (give 'failed' with a reason for a trial that has none)"), cost, usage);
        if (request.Has("value") || request.Has("values"))
            request.Refuse("a trial either has a value or has 'failed', not both");
        if (failed.ValueKind != JsonValueKind.String)
            request.Refuse("'failed' must be a string that says why");
        return new Outcome(null, cost, usage);
    }

    /// <summary>The objectives in their order: one as <c>value</c>, several as <c>values</c>, by name or in order.</summary>
    public static double[] ReadValues(Request request, IReadOnlyList<ObjectiveSpec> objectives, string otherwise = "")
    {
        var names = string.Join(", ", objectives.Select(objective => objective.Metric));
        var (value, values) = (request.Get("value"), request.Get("values"));
        if (value is not null && values is not null)
            request.Refuse("give 'value' or 'values', not both");
        else if (value is not null && objectives.Count > 1)
            request.Refuse($"there are {objectives.Count} objectives, which need 'values': an object with {names}, or an array in this order");
        else if (value is { } single)
            return [request.Finite(single, "value") ?? 0];
        else if (values is { ValueKind: JsonValueKind.Object } named)
            return ByName(request, named, objectives);
        else if (values is { ValueKind: JsonValueKind.Array } listed && listed.GetArrayLength() == objectives.Count)
            return [.. listed.EnumerateArray().Select((item, i) => request.Finite(item, Place(i)) ?? 0)];
        else if (values is not null)
            request.Refuse($"'values' must be an object with {names}, or an array of {objectives.Count} in this order");
        else
            request.Refuse($"'{(objectives.Count == 1 ? "value" : "values")}' is missing{otherwise}");
        return [];
    }

    /// <param name="trial">Its number.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="maxEpochs">Its epochs if nothing stops it; <see cref="int.MaxValue"/> where nobody knows them.</param>
    public TrialEnd Ends(int trial, TrialRecord record, int maxEpochs)
    {
        var status = Values is null ? TrialStatus.Failed : record.LastDecision?.Verdict == Verdict.Stop ? TrialStatus.Stopped : TrialStatus.Completed;
        return new TrialEnd(trial, status, Cost, Values, Usage is null ? null : Usage with { Epochs = EpochsOf(status, record, maxEpochs) });
    }

    /// <summary>Epochs that were trained: those that were reported, and of a trial that completed all. Where nobody knows them a whole trial is one.</summary>
    private static int EpochsOf(TrialStatus status, TrialRecord record, int maxEpochs) =>
        maxEpochs == int.MaxValue ? status == TrialStatus.Completed ? 1 : 0
        : status == TrialStatus.Completed ? maxEpochs : Math.Max(0, record.LastSlice);

    /// <summary>Whether it says what is known already. Why a trial failed and all that it used is not kept, and costs are with seven digits.</summary>
    public bool IsOf(TrialRecord ended) =>
        (float?)Cost == (float?)ended.Cost
        && (Values is null ? ended.Status == TrialStatus.Failed : ended.Status != TrialStatus.Failed && ended.Objectives!.SequenceEqual(Values));

    private static double[] ByName(Request request, JsonElement named, IReadOnlyList<ObjectiveSpec> objectives)
    {
        foreach (var field in named.EnumerateObject().Where(field => objectives.All(objective => objective.Metric != field.Name)))
            request.Refuse(Nearest.Unknown("objective", field.Name, objectives.Select(objective => objective.Metric)));
        var values = new double[objectives.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var metric = objectives[i].Metric;
            if (named.TryGetProperty(metric, out var value))
                values[i] = request.Finite(value, $"values.{metric}") ?? 0;
            else
                request.Refuse($"'values' has no '{metric}'");
        }

        return values;
    }

    private static string Place(int index) => string.Create(CultureInfo.InvariantCulture, $"values[{index}]");
}
