using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Transfer;

/// <summary>What a search knows of a trial of an earlier experiment. Values of other experiments cannot be compared, ranks can.</summary>
/// <param name="Values">Its point in the space of this search, packed as in <see cref="TrialRecord.Values"/>.</param>
/// <param name="Rank">Its place among the trials of its experiment: 0 is the best, 1 the worst.</param>
/// <param name="Source">Index of its experiment in <c>tuner.transferFrom</c>.</param>
public sealed record TransferredTrial(
    [property: JsonPropertyName("p")] IReadOnlyList<double?> Values,
    [property: JsonPropertyName("r")] double Rank,
    [property: JsonPropertyName("f")] int Source)
{
    public Point PointIn(SearchSpace space) => new TrialRecord { Values = Values, Origin = "" }.PointIn(space);
}
