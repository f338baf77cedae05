using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>Some batches in a row that are filled, and those that follow and are not: what changes on the machine touches both.</summary>
/// <param name="Filled">Seconds that one takes, as all of these a median.</param>
/// <param name="Unfilled">Seconds that one takes.</param>
/// <param name="FilledPeriod">Seconds from one to the next.</param>
/// <param name="UnfilledPeriod">Seconds from one to the next.</param>
/// <param name="FillerBatches">Of the filler, for each that is filled.</param>
internal sealed record BlockPair(double Filled, double Unfilled, double FilledPeriod, double UnfilledPeriod, double FillerBatches)
{
    /// <summary>How many times as much is trained in the same time.</summary>
    public double Gain => UnfilledPeriod / FilledPeriod * (1 + FillerBatches);

    /// <param name="batches">In their order.</param>
    /// <param name="fillers">Those of the filler.</param>
    /// <param name="begin">Seconds by the clock of this machine; what began before does not count.</param>
    /// <param name="end">Seconds by the clock of this machine; what ends later does not count.</param>
    public static IReadOnlyList<BlockPair> Of(IReadOnlyList<BatchTime> batches, IReadOnlyList<BatchTime> fillers, double begin, double end)
    {
        var blocks = new List<List<Turn>>();
        foreach (var (batch, next) in batches.Zip(batches.Skip(1)))
        {
            if (blocks.Count == 0 || blocks[^1][^1].IsFilled != batch.IsFilled)
                blocks.Add([]);
            blocks[^1].Add(new Turn(batch.IsFilled, batch.Seconds, batch.Start, next.Start));
        }

        var open = blocks.SelectMany(block => block).Where(turn => turn.IsFilled).ToList();
        // Within a block one batch of several goes unfilled; what is left of a block at either end says little.
        return
        [
            .. from pair in blocks.Zip(blocks.Skip(1))
               where pair.First[0].IsFilled && pair.First[0].Start >= begin && pair.Second[^1].Next <= end
               where Math.Min(pair.First.Count, pair.Second.Count) >= TrialSetting.Block / 4
               select new BlockPair(
                   Statistics.Median(pair.First.Select(turn => turn.Seconds)), Statistics.Median(pair.Second.Select(turn => turn.Seconds)),
                   Statistics.Median(pair.First.Select(turn => turn.Period)), Statistics.Median(pair.Second.Select(turn => turn.Period)),
                   fillers.Sum(filler => Share(pair.First, filler)) / pair.First.Count),
        ];

        // A batch of the filler may have begun before a pause and end after it: what it was let in for counts.
        double Share(List<Turn> block, BatchTime filler) => Overlap(block, filler) is var inside and > 0 ? inside / Overlap(open, filler) : 0;
    }

    private static double Overlap(IEnumerable<Turn> turns, BatchTime filler) =>
        turns.Sum(turn => Math.Max(0, Math.Min(turn.Next, filler.End) - Math.Max(turn.Start, filler.Start)));

    private readonly record struct Turn(bool IsFilled, double Seconds, double Start, double Next)
    {
        public double Period => Next - Start;
    }
}
