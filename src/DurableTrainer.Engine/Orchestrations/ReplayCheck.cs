using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Orchestrations;

/// <summary>Compares what code did on replay with what its history says.</summary>
internal static class ReplayCheck
{
    /// <param name="instanceId">Whose replay this is.</param>
    /// <param name="turn">Number of the turn, from 1.</param>
    /// <param name="recorded">What the history says.</param>
    /// <param name="outcome">What the code did.</param>
    /// <param name="recordedEnd">How the recorded turn ended; null when it went on.</param>
    /// <exception cref="NonDeterminismException">They differ.</exception>
    public static void Compare(string instanceId, int turn, IReadOnlyList<TurnAction> recorded, TurnOutcome outcome, TurnEnd? recordedEnd)
    {
        for (var i = 0; i < Math.Max(recorded.Count, outcome.Actions.Count); i++)
        {
            var was = i < recorded.Count ? recorded[i] : null;
            var now = i < outcome.Actions.Count ? outcome.Actions[i] : null;
            if (!Same(was, now))
                throw Mismatch(instanceId, turn, was?.ToString() ?? "nothing more", now?.ToString() ?? "nothing more");
        }
        if (Describe(recordedEnd) is var wasEnd && Describe(outcome.End) is var nowEnd && wasEnd != nowEnd)
            throw Mismatch(instanceId, turn, wasEnd, nowEnd);
    }

    // A history without CheckReplay drops inputs, and then only the shape of a call can be compared.
    private static bool Same(TurnAction? was, TurnAction? now) =>
        Equals(was, now) || (was is not null && now is not null && Equals(was, was.WithoutInput()) && Equals(was, now.WithoutInput()));

    private static string Describe(TurnEnd? end) => end switch
    {
        Completed completed => $"completing with {completed.Output}",
        Failed failed => $"failing with {failed.Failure.Type}: {failed.Failure.Message}",
        ContinuedAsNew again => $"continuing as new with {again.Input}",
        _ => "going on waiting",
    };

    private static NonDeterminismException Mismatch(string instanceId, int turn, string was, string now) => new(
        $"Instance '{instanceId}' did not repeat turn {turn}. Its history says: {was}. Its code did: {now}. " +
        "An orchestrator must do the same on every run: change its code only when none of its instances is running, " +
        "and take time, identifiers and randomness from its context and input.");
}
