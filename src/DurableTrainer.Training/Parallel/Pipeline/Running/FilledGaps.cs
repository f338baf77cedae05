using DurableTrainer.Training.Parallel.Pipeline.Filling;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>
/// What of others' chunks was in the idle times of a batch's units: a chunk that waited while the unit worked is in pieces, and what ran on no unit's
/// processor is in none.
/// </summary>
internal static class FilledGaps
{
    /// <returns>By unit, in order of time, as timestamps.</returns>
    public static IReadOnlyList<IReadOnlyList<FilledPiece>> Of(InstructionPlan plan, BatchRecord record, IReadOnlyCollection<FilledSpan> fills)
    {
        var touching = fills.Where(span => span.End > record.Start && span.Start < record.End).ToLookup(span => span.Place);
        return [.. plan.ByUnit.Select(numbers => Pieces(numbers).OrderBy(piece => piece.Start).ToList())];

        IEnumerable<FilledPiece> Pieces(int[] numbers) =>
            from gap in Gaps(numbers)
            from span in touching[gap.Place]
            let piece = new FilledPiece(span.Trial, Math.Max(gap.Start, span.Start), Math.Min(gap.End, span.End))
            where piece.End > piece.Start
            select piece;

        // The thread of a unit that waits has its place free: that of what it did before, or else of what it does next.
        IEnumerable<(int Place, long Start, long End)> Gaps(int[] numbers)
        {
            yield return (record.Places[numbers[0]], record.Start, record.Starts[numbers[0]]);
            foreach (var (before, next) in numbers.Zip(numbers.Skip(1)))
                yield return (record.Places[before], record.Ends[before], record.Starts[next]);
            yield return (record.Places[numbers[^1]], record.Ends[numbers[^1]], record.End);
        }
    }
}

/// <summary>What one trial did in one idle time, as timestamps.</summary>
internal readonly record struct FilledPiece(int Trial, long Start, long End);
