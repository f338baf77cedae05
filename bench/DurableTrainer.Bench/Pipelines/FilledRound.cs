using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A pipelined trial with another in its gaps, and both of them alone, one after the other.</summary>
/// <param name="MicroBatches">m.</param>
/// <param name="Alone">The trial alone.</param>
/// <param name="FillerAlone">The other one alone.</param>
/// <param name="Filled">The trial with the other in its gaps.</param>
/// <param name="Filler">The other in its gaps.</param>
internal sealed record FilledRound(int MicroBatches, TrialOutcome Alone, TrialOutcome FillerAlone, TrialOutcome Filled, TrialOutcome Filler)
{
    /// <summary>Batches of the filler after which its chunks are known.</summary>
    private const int FillerWarmUp = 5;

    /// <summary>By how much batches that are filled take longer than those around them that are not.</summary>
    public double Slowdown => Statistics.Median(Pairs.Select(pair => pair.Filled / pair.Unfilled)) - 1;

    /// <summary>How many times as much is trained as by the trial alone: batches of the two are equal.</summary>
    public double Gain => Statistics.Median(Pairs.Select(pair => pair.Gain));

    /// <summary>If no unit idled.</summary>
    public double Bound => (double)(MicroBatches + 1) / MicroBatches;

    public bool IsMainBitEqual => Alone.Weights == Filled.Weights;

    public bool IsFillerBitEqual => FillerAlone.Weights == Filler.Weights;

    private double From => Filler.Batches[FillerWarmUp].Start;

    private double Until => Math.Min(Filled.Batches[^1].End, Filler.Batches[^1].End);

    private IReadOnlyList<BlockPair> Pairs => BlockPair.Of(Filled.Batches, Filler.Batches, From, Until);

    public static async Task<FilledRound> MeasureAsync(int microBatches, int epochs, CancellationToken cancellation)
    {
        var place = Directory.CreateTempSubdirectory("dtrain-place-");
        try
        {
            // The other has gaps in half of the batches, does an m-th of a batch in each, and is not to end before.
            // Stages are equal, as the bound is that of equal stages.
            var main = new TrialSetting(0, epochs, microBatches) { FirstConvolutions = PipelineTask.HalfOfConvolutions };
            var filler = main with { Trial = 1, Epochs = epochs / (microBatches + 1) + 1 };
            var alone = await TrialProcess.RunAsync(main, cancellation);
            var fillerAlone = await TrialProcess.RunAsync(filler, cancellation);
            var filled = TrialProcess.RunAsync(main with { Place = place.FullName }, cancellation);
            while (!File.Exists(Path.Combine(place.FullName, "filled.address")) && !filled.IsCompleted)
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
            var filling = TrialProcess.RunAsync(filler with { Place = place.FullName }, cancellation);
            return new FilledRound(microBatches, alone, fillerAlone, await filled, await filling);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    public JsonObject ToJson() => new()
    {
        ["measure"] = "filled",
        ["microBatches"] = MicroBatches,
        ["gain"] = double.Round(Gain, 3),
        ["bound"] = double.Round(Bound, 3),
        ["slowdown"] = double.Round(Slowdown, 4),
        ["milliseconds"] = double.Round(1000 * Statistics.Median(Pairs.Select(pair => pair.Unfilled)), 2),
        ["mainBitEqual"] = IsMainBitEqual,
        ["fillerBitEqual"] = IsFillerBitEqual,
        ["told"] = new JsonArray([.. Filled.Plans.Select(plan => JsonValue.Create(plan))]),
    };
}
