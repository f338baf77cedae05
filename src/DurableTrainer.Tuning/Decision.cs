using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning;

/// <summary>The next point to try.</summary>
public sealed record Proposal
{
    public required int Trial { get; init; }

    /// <summary>Null when nothing is left to try.</summary>
    public Point? Point { get; init; }

    /// <summary>Where the point came from.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Epochs after which the first decision is made.</summary>
    public int ToEpoch { get; init; }

    /// <summary>Epochs of the trial if nothing stops it.</summary>
    public int MaxEpochs { get; init; }

    /// <summary>Whether others may want to take over what the trial is at <see cref="ToEpoch"/>.</summary>
    public bool LeavesMilestone { get; init; }

    /// <summary>The trial of an earlier experiment whose random choices are made again; its own when null.</summary>
    public int? RandomTrial { get; init; }
}

/// <summary>What a trial reached at the end of a slice.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Slice">The slice that ended.</param>
/// <param name="Epoch">Epochs that are done.</param>
/// <param name="Values">The objectives in their order, each of the best epoch or of the last, as the objective says.</param>
public sealed record TrialReport(int Trial, int Slice, int Epoch, IReadOnlyList<double> Values);

/// <summary>That a trial has ended.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Status">How it ended. A failed one says that its point cannot be tried, not what it would have reached.</param>
/// <param name="Cost">What it took, in a unit that all trials share; null when nobody counts.</param>
/// <param name="Values">The objectives that it reached in the end; null when its last report has said them.</param>
/// <param name="Usage">What all its epochs used, 0 where it was not measured; null when nothing was.</param>
public sealed record TrialEnd(
    int Trial, TrialStatus Status, double? Cost = null, IReadOnlyList<double>? Values = null, Usage? Usage = null);

/// <summary>What follows from the end of a trial.</summary>
/// <param name="Converged">Why there is nothing more to look for, or null.</param>
/// <param name="Released">Milestones that nobody will take over any more, now that this is known.</param>
public sealed record TrialEndAnswer(string? Converged, IReadOnlyList<Milestone> Released);

public enum Verdict
{
    /// <summary>Go on to <see cref="Decision.ToEpoch"/>.</summary>
    Continue,

    /// <summary>The last epoch is done.</summary>
    Complete,

    /// <summary>Not worth more compute.</summary>
    Stop,
}

/// <summary>What happens with a trial next, and why, in a sentence that a user understands.</summary>
public sealed record Decision
{
    [JsonPropertyName("k")]
    public required Verdict Verdict { get; init; }

    [JsonPropertyName("e")]
    public int ToEpoch { get; init; }

    /// <summary>Whether others may want to take over what the trial is at <see cref="ToEpoch"/>.</summary>
    [JsonPropertyName("m")]
    public bool LeavesMilestone { get; init; }

    /// <summary>What the trial goes on with instead; null when it goes on as it was.</summary>
    [JsonPropertyName("a")]
    public Adjustment? Adjustment { get; init; }

    /// <summary>Milestones that nobody will take over any more, now that this is known.</summary>
    [JsonPropertyName("x")]
    public IReadOnlyList<Milestone> Released { get; init; } = [];

    /// <summary>Milestones of the trial itself that others may still take over when it has ended.</summary>
    [JsonPropertyName("h")]
    public IReadOnlyList<Milestone> Held { get; init; } = [];

    /// <summary>What the trial promises by now, where its cost is 1 for an epoch; null before it was compared with anyone.</summary>
    [JsonPropertyName("f")]
    public Promise? Promise { get; init; }

    [JsonPropertyName("w")]
    public string? Reason { get; init; }

    /// <summary>Set when the whole experiment has reached its aim with this trial.</summary>
    [JsonPropertyName("t")]
    public string? EndsExperiment { get; init; }
}

/// <summary>What a running trial goes on with: other values of adjustable parameters, mostly together with another trial's model.</summary>
public sealed record Adjustment
{
    /// <summary>What it trains with from here on.</summary>
    [JsonPropertyName("p")]
    public required Point Point { get; init; }

    /// <summary>Whose model it takes over; null when it keeps its own.</summary>
    [JsonPropertyName("f")]
    public Milestone? From { get; init; }

    /// <summary>How the model that it goes on with was trained so far.</summary>
    [JsonPropertyName("l")]
    public required IReadOnlyList<Segment> Lineage { get; init; }

    /// <summary>The trial of an earlier experiment whose random choices are made again from here on; its own when null.</summary>
    [JsonPropertyName("r")]
    public int? RandomTrial { get; init; }
}
