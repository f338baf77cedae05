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

    private const int WarmUp = 20;

    /// <summary>Seconds from batch to batch when it is alone.</summary>
    public double AloneSeconds => Period(Alone.Batches.Skip(WarmUp));

    /// <summary>The same while the other fills.</summary>
    public double FilledSeconds => Period(Filled.Batches.Where(IsInside));

    /// <summary>By how much batches that are filled take longer than those between them that are not.</summary>
    public double Slowdown => Median(batch => batch.IsFilled) / Median(batch => !batch.IsFilled) - 1;

    /// <summary>How many times as much is trained as by the trial alone: batches of the two are equal.</summary>
    public double Gain => AloneSeconds / FilledSeconds + AloneSeconds * FillerBatchesPerSecond;

    /// <summary>If no unit idled.</summary>
    public double Bound => (double)(MicroBatches + 1) / MicroBatches;

    public bool IsMainBitEqual => Alone.Weights == Filled.Weights;

    public bool IsFillerBitEqual => FillerAlone.Weights == Filler.Weights;

    private double From => Filler.Batches[FillerWarmUp].Start;

    private double Until => Math.Min(Filled.Batches[^1].End, Filler.Batches[^1].End);

    private double FillerBatchesPerSecond => Filler.Batches.Count(batch => batch.Start >= From && batch.End <= Until) / (Until - From);

    public static async Task<FilledRound> MeasureAsync(int microBatches, int epochs, CancellationToken cancellation)
    {
        var place = Directory.CreateTempSubdirectory("dtrain-place-");
        try
        {
            // The other takes about twice as long, and waits for nobody once it is alone.
            var (main, filler) = (new TrialSetting(0, epochs, microBatches), new TrialSetting(1, Math.Max(1, epochs / (microBatches + 1)), microBatches));
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
        ["aloneMilliseconds"] = double.Round(1000 * AloneSeconds, 2),
        ["filledMilliseconds"] = double.Round(1000 * FilledSeconds, 2),
        ["mainBitEqual"] = IsMainBitEqual,
        ["fillerBitEqual"] = IsFillerBitEqual,
        ["told"] = new JsonArray([.. Filled.Plans.Skip(1).Select(plan => JsonValue.Create(plan))]),
    };

    private bool IsInside(BatchTime batch) => batch.Start >= From && batch.End <= Until;

    private double Median(Func<BatchTime, bool> isMeant) => Statistics.Median(Filled.Batches.Where(batch => IsInside(batch) && isMeant(batch)).Select(batch => batch.Seconds));

    private static double Period(IEnumerable<BatchTime> batches) => Statistics.Median(batches.Zip(batches.Skip(1), (one, next) => next.Start - one.Start));
}
