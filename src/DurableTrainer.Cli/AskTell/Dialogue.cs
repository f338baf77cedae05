using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;

namespace DurableTrainer.Cli.AskTell;

/// <summary>Answers requests: a state and a request in, the next state and an answer out. What cannot be answered changes nothing.</summary>
internal sealed class Dialogue(SearchSettings settings)
{
    private const int MaxAsked = 1000;
    private const int MaxEpoch = 1_000_000_000;

    private readonly Tuner tuner = new(settings);
    private readonly SearchSpace space = new(settings.Space, settings.Constraints);

    public TunerState Start() => tuner.Start();

    /// <exception cref="RequestException">The request is wrong.</exception>
    public (TunerState State, JsonObject Answer) Take(TunerState state, Request request, CancellationToken cancellation) => request.Operation switch
    {
        "ask" => Ask(state, request, cancellation),
        "report" => Report(state, request),
        "tell" => Tell(state, request),
        "add" => Add(state, request),
        _ => Describe(state, request),
    };

    private (TunerState State, JsonObject Answer) Ask(TunerState state, Request request, CancellationToken cancellation)
    {
        var count = request.Whole("count", 1, MaxAsked);
        request.ThrowIfWrong();
        var trials = new JsonArray();
        while (trials.Count < (count ?? 1))
        {
            cancellation.ThrowIfCancellationRequested();
            (state, var proposal) = tuner.Propose(state, state.Trials.Count);
            if (proposal.Point is null)
                break;
            trials.Add(Describe(proposal.Trial, proposal.Point));
        }

        var answer = new JsonObject();
        if (count is null && trials.Count == 1)
            answer = (JsonObject)trials[0]!.DeepClone();
        else if (trials.Count > 0)
            answer["trials"] = trials;
        if (trials.Count < (count ?? 1))
            answer["exhausted"] = true;
        return (state, answer);
    }

    private (TunerState State, JsonObject Answer) Report(TunerState state, Request request)
    {
        var trial = TrialOf(state, request);
        request.Require("epoch", "how many epochs are done");
        var epoch = request.Whole("epoch", 1, MaxEpoch) ?? 0;
        var values = Outcome.ReadValues(request, settings.Objectives);
        request.ThrowIfWrong();
        var record = state.Trials[trial];
        if (record.Status != TrialStatus.Running)
            throw new RequestException($"trial {trial} has ended: its result was told");

        var last = record.LastDecision;
        // The number of the slice is the epoch: what comes again, or late, gets the answer that it got.
        if (epoch < record.LastSlice)
            return (state, Continue());
        if (epoch == record.LastSlice || last is { Verdict: not Verdict.Continue })
            return (state, Describe(last!));
        if (epoch < (last?.ToEpoch ?? tuner.Propose(state, trial).Proposal.ToEpoch))
            return (state, Continue());
        (state, var decision) = tuner.Report(state, new TrialReport(trial, epoch, epoch, values));
        return (state, Describe(decision));
    }

    private (TunerState State, JsonObject Answer) Tell(TunerState state, Request request)
    {
        var trial = TrialOf(state, request);
        var outcome = Outcome.Read(request, settings.Objectives);
        request.ThrowIfWrong();
        var record = state.Trials[trial];
        if (record.Status == TrialStatus.Running)
            return End(state, outcome.Ends(trial, record, EpochsOf(state, trial)), new JsonObject());
        return outcome.IsOf(record)
            ? End(state, outcome.Ends(trial, record, EpochsOf(state, trial)), new JsonObject())
            : throw new RequestException($"trial {trial} was told already, and otherwise: {Told(record)}");
    }

    private (TunerState State, JsonObject Answer) Add(TunerState state, Request request)
    {
        var point = PointOf(request);
        var outcome = Outcome.Read(request, settings.Objectives);
        request.ThrowIfWrong();
        (state, var trial) = tuner.Add(state, point);
        return End(state, outcome.Ends(trial, state.Trials[trial], EpochsOf(state, trial)), new JsonObject { ["trial"] = trial });
    }

    private int EpochsOf(TunerState state, int trial) => tuner.Propose(state, trial).Proposal.MaxEpochs;

    private (TunerState State, JsonObject Answer) End(TunerState state, TrialEnd end, JsonObject answer)
    {
        (state, var ended) = tuner.End(state, end);
        Best.WriteTo(answer, state, tuner, settings.Objectives);
        if ((Best.TargetMet(state, settings.Objectives) ?? ended.Converged) is { } reason)
            answer["converged"] = reason;
        return (state, answer);
    }

    private (TunerState State, JsonObject Answer) Describe(TunerState state, Request request)
    {
        request.ThrowIfWrong();
        // Telling the end of a trial again changes nothing, and says whether the search has converged.
        var reason = Best.TargetMet(state, settings.Objectives)
            ?? (state.Ended is [.., var last] ? tuner.End(state, new TrialEnd(last, state.Trials[last].Status)).Answer.Converged : null);
        var answer = new JsonObject
        {
            ["trials"] = state.Trials.Count,
            ["running"] = new JsonArray([.. state.Trials.Select((record, trial) => (record, trial))
                .Where(pair => pair.record.Status == TrialStatus.Running)
                .Select(pair => Describe(pair.trial, pair.record.CurrentPointIn(space)))]),
            ["failed"] = state.Trials.Count(record => record.Status == TrialStatus.Failed),
            ["converged"] = reason is not null,
        };
        if (reason is not null)
            answer["reason"] = reason;
        Best.WriteTo(answer, state, tuner, settings.Objectives);
        answer["experts"] = Experts(state);
        return (state, answer);
    }

    /// <summary>By who chose the points: how many, and of the experts of a bandit what these earned.</summary>
    private static JsonObject Experts(TunerState state)
    {
        var experts = ExpertSummary.Of(state) ?? [];
        var origins = state.Trials.CountBy(record => record.Origin)
            .Where(pair => !experts.Any(expert => pair.Key == $"bandit/{expert.Name}"))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonObject { ["trials"] = pair.Value }));
        return new(origins.Concat(experts.Select(expert => KeyValuePair.Create(
            expert.Name, (JsonNode?)new JsonObject { ["chosen"] = expert.Chosen, ["earned"] = expert.Earned }))));
    }

    private static int TrialOf(TunerState state, Request request)
    {
        request.Require("trial", "a number that 'ask' has answered");
        if (request.Get("trial") is not { } given)
            return -1;
        if (given.ValueKind == JsonValueKind.Number && given.GetDouble() is var number && double.IsInteger(number) && number >= 0 && number < state.Trials.Count)
            return (int)number;
        request.Refuse(given.ValueKind != JsonValueKind.Number || !double.IsInteger(given.GetDouble()) ? "'trial' must be a whole number"
            : state.Trials.Count == 0 ? "there is no such trial: none was asked for yet"
            : $"there is no such trial: the trials so far are 0 to {state.Trials.Count - 1}");
        return -1;
    }

    private Point PointOf(Request request)
    {
        request.Require("point", "an object of parameter names and values");
        if (request.Get("point") is not { } given)
            return Point.Empty;
        if (given.ValueKind != JsonValueKind.Object)
        {
            request.Refuse("'point' must be an object of parameter names and values");
            return Point.Empty;
        }

        var values = given.EnumerateObject().ToLookup(field => field.Value.ValueKind
            is JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False);
        foreach (var field in values[false])
            request.Refuse($"point: '{field.Name}' must be a number, a string or a boolean");
        var point = new Point(values[true].Select(field => KeyValuePair.Create(field.Name, field.Value.Deserialize<ParameterValue>(SpecJson.Options))));
        foreach (var problem in space.Problems(point).Where(_ => !values[false].Any()))
            request.Refuse($"point: {problem}");
        return point;
    }

    private static JsonObject Describe(int trial, Point point) =>
        new() { ["trial"] = trial, ["point"] = JsonSerializer.SerializeToNode(point, SpecJson.Options) };

    private static JsonObject Continue() => new() { ["decision"] = "continue" };

    private static JsonObject Describe(Decision decision) => decision switch
    {
        { Verdict: not Verdict.Continue } => new() { ["decision"] = "stop", ["reason"] = decision.Reason ?? "the last epoch is done" },
        { Adjustment: { From: { } from, Point: var point } } => new()
        {
            ["decision"] = "continue",
            ["from"] = new JsonObject { ["trial"] = from.Trial, ["epoch"] = from.Epoch },
            ["point"] = JsonSerializer.SerializeToNode(point, SpecJson.Options),
            ["reason"] = decision.Reason,
        },
        _ => Continue(),
    };

    private static string Told(TrialRecord record) => record.Status == TrialStatus.Failed
        ? "that it failed"
        : JsonSerializer.Serialize(record.Objectives, SpecJson.Options)
            + (record.Cost is { } cost ? FormattableString.Invariant($" at a cost of {cost}") : "");
}
