using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>
/// Several brackets of successive halving, of which each begins to compare later and has fewer trials (Li, Jamieson, DeSalvo,
/// Rostamizadeh and Talwalkar, Hyperband, JMLR 18, 2018), asynchronously: a trial belongs to a bracket from the start and is compared
/// with that bracket alone. How many brackets there are follows from the trial's own epochs; those of other trials with the same first
/// rung are the same brackets.
/// </summary>
internal sealed class HyperbandScheduler(HyperbandSpec spec) : Scheduler
{
    /// <summary>2⁶⁴ divided by the golden ratio.</summary>
    private const ulong GoldenStep = 0x9E3779B97F4A7C15;

    public override int NextRung(int bracket, int epoch, int maxEpochs) => HalvingOf(bracket).NextRung(epoch, maxEpochs);

    public override Ruling? Rule(Standing standing)
    {
        var bracket = BracketOf(standing.Own.Trial, standing.Own.MaxEpochs());
        return HalvingOf(bracket).Rule(standing, other => BracketOf(other.Trial, other.MaxEpochs()) == bracket, $" in bracket {bracket + 1}");
    }

    /// <summary>⌊log(maxEpochs / minEpochs) / log(reduction)⌋ + 1: as long as the first rung is within the epochs.</summary>
    public override int Brackets(int maxEpochs)
    {
        var count = 1;
        for (var rung = (long)spec.MinEpochs * spec.Reduction; rung <= maxEpochs; rung *= spec.Reduction)
            count++;
        return count;
    }

    /// <summary>
    /// By the number alone, in the shares that a round of Hyperband gives its brackets: the fractional parts of its multiples of the golden
    /// ratio fill the unit interval evenly from the start, and in step with nothing else that goes by the number.
    /// </summary>
    public override int BracketOf(int trial, int maxEpochs)
    {
        Span<ulong> sizes = stackalloc ulong[Brackets(maxEpochs)];
        var total = FillSizes(sizes);
        var left = Math.BigMul(unchecked((ulong)trial * GoldenStep), total, out _);
        var bracket = 0;
        while (left >= sizes[bracket])
            left -= sizes[bracket++];
        return bracket;
    }

    /// <summary>Trials of each bracket in a round: ⌈S · reductionˢ / (s + 1)⌉ for s from S − 1 to 0 (Li et al. 2018, algorithm 1).</summary>
    /// <returns>Their sum.</returns>
    private ulong FillSizes(Span<ulong> sizes)
    {
        var (total, power) = (0UL, 1UL);
        for (var s = 0; s < sizes.Length; s++, power *= (ulong)spec.Reduction)
        {
            var size = ((ulong)sizes.Length * power + (ulong)s) / (ulong)(s + 1);
            sizes[sizes.Length - 1 - s] = size;
            total += size;
        }

        return total;
    }

    private Halving HalvingOf(int bracket)
    {
        var first = spec.MinEpochs;
        for (var i = 0; i < bracket; i++)
            first *= spec.Reduction;
        return new Halving(first, spec.Reduction);
    }
}
