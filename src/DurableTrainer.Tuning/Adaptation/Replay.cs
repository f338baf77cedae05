using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>Trains a model again as its lineage says: one trial, segment after segment, compared with nobody.</summary>
internal sealed class Replay(IReadOnlyList<Segment> segments)
{
    /// <summary>The origin of the point.</summary>
    public const string Origin = "replay";

    public Segment First => segments[0];

    public int LastEpoch => segments[^1].ToEpoch;

    /// <summary>What follows after some epochs: the rest of a segment, the next one with its point, or the end.</summary>
    public Decision After(int epoch)
    {
        var next = segments.FirstOrDefault(segment => segment.ToEpoch > epoch);
        if (next is null)
            return new Decision { Verdict = Verdict.Complete };
        var goesOn = new Decision { Verdict = Verdict.Continue, ToEpoch = next.ToEpoch, Reason = $"continues to epoch {next.ToEpoch}" };
        if (next.FromEpoch != epoch)
            return goesOn;
        return goesOn with
        {
            Adjustment = new Adjustment { Point = next.Point, RandomTrial = next.Trial, Lineage = [.. segments.TakeWhile(segment => segment != next)] },
            Reason = $"goes on from epoch {epoch} as trial {next.Trial} did",
        };
    }
}
