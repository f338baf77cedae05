using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Train.Reports;

/// <summary>What one side reached in one cell.</summary>
/// <param name="Cell">The workload and its batch size.</param>
/// <param name="Side">Who, and with how many threads.</param>
/// <param name="SamplesPerSecond">Median over the rounds that count.</param>
/// <param name="Rounds">Of these.</param>
internal sealed record Figure(Cell Cell, Side Side, double SamplesPerSecond, RoundSelection Rounds)
{
    /// <summary>How many times as fast as this opponent the own processor is with as many threads; null for that itself.</summary>
    public double? Ratio { get; init; }

    /// <summary>How many times as fast as with one thread; null for opponents, for one thread and where one thread was not measured.</summary>
    public double? Scaling { get; init; }

    public static IEnumerable<Figure> Of(MatchResult match)
    {
        var cell = match.Cell ?? throw new ArgumentException("Matrix products are not of a cell.", nameof(match));
        for (var i = 0; i < match.Sides.Count; i++)
        {
            var side = match.Sides[i];
            yield return new Figure(cell, side, match.Rounds.Median(i) * cell.Batch, match.Rounds)
            {
                Ratio = side.Opponent is null ? null : RatioTo(new Side(null, side.Threads), i),
                Scaling = side.Opponent is not null || side.Threads == 1 ? null : RatioTo(side, IndexOf(new Side(null, 1))),
            };
        }

        int IndexOf(Side side) => match.Sides.ToList().IndexOf(side);
        double? RatioTo(Side own, int other) => other < 0 ? null : match.Rounds.MedianRatio(IndexOf(own), other);
    }
}
