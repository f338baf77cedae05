using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>The first stages of a cut, and what counts of them for all that may follow.</summary>
/// <param name="Before">Without the last stage; null when there is none.</param>
/// <param name="End">The layer with which the next stage begins.</param>
/// <param name="Kind">Of the units that are alike, those of which one has the last stage.</param>
/// <param name="Sum">Seconds of all stages for a micro-batch, both ways.</param>
/// <param name="MostForward">Seconds of the slowest on the way forward.</param>
/// <param name="MostBackward">Seconds of the slowest on the way back.</param>
/// <param name="MostBoth">Seconds of the slowest on both ways.</param>
internal sealed record PartialCut(PartialCut? Before, int End, int Kind, double Sum, double MostForward, double MostBackward, double MostBoth)
{
    public static PartialCut Nothing { get; } = new(null, 0, -1, 0, 0, 0, 0);

    public PartialCut With(int end, int kind, StageCost cost) => new(
        this,
        end,
        kind,
        Sum + cost.Both,
        Math.Max(MostForward, cost.Forward),
        Math.Max(MostBackward, cost.Backward),
        Math.Max(MostBoth, cost.Both));

    /// <summary>Whether nothing that may follow makes the other one better than this.</summary>
    public bool IsAsGoodAs(PartialCut other) =>
        Sum <= other.Sum && MostForward <= other.MostForward && MostBackward <= other.MostBackward && MostBoth <= other.MostBoth;

    /// <summary>Of the units of the stages.</summary>
    public IEnumerable<int> Kinds() => Stages().Select(stage => stage.Kind);

    /// <summary>The stages from the first one on.</summary>
    public IReadOnlyList<PartialCut> Stages()
    {
        var stages = new Stack<PartialCut>();
        for (var at = this; at.Before is not null; at = at.Before)
            stages.Push(at);
        return [.. stages];
    }
}
