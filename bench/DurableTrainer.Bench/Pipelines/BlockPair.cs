using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>Some batches in a row that are filled, and those that follow and are not: what changes on the machine touches both.</summary>
/// <param name="Filled">Seconds that one takes, as all of these a median.</param>
/// <param name="Unfilled">Seconds that one takes.</param>
/// <param name="FilledPeriod">Seconds from one to the next.</param>
/// <param name="UnfilledPeriod">Seconds from one to the next.</param>
internal sealed record BlockPair(double Filled, double Unfilled, double FilledPeriod, double UnfilledPeriod)
{
    public static IReadOnlyList<BlockPair> Of(IReadOnlyList<BatchTime> batches)
    {
        var blocks = new List<List<(BatchTime Batch, double Period)>>();
        foreach (var (batch, next) in batches.Zip(batches.Skip(1)))
        {
            if (blocks.Count == 0 || blocks[^1][^1].Batch.IsFilled != batch.IsFilled)
                blocks.Add([]);
            blocks[^1].Add((batch, next.Start - batch.Start));
        }

        // What is left of a block at either end says little.
        return
        [
            .. from pair in blocks.Zip(blocks.Skip(1))
               where pair.First[0].Batch.IsFilled && Math.Min(pair.First.Count, pair.Second.Count) >= TrialSetting.Block / 2
               select new BlockPair(Seconds(pair.First), Seconds(pair.Second), Period(pair.First), Period(pair.Second)),
        ];
    }

    private static double Seconds(IEnumerable<(BatchTime Batch, double Period)> block) => Statistics.Median(block.Select(one => one.Batch.Seconds));

    private static double Period(IEnumerable<(BatchTime Batch, double Period)> block) => Statistics.Median(block.Select(one => one.Period));
}
