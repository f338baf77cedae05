namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Sums of parts of a batch, added up in order: which thread took which part makes no difference.</summary>
internal static class BlockSums
{
    /// <param name="sums">The first block's, with the next one <paramref name="stride"/> further on.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="stride">From a block to the next.</param>
    /// <param name="totals">Gets the total of each place.</param>
    public static void Total(ReadOnlySpan<float> sums, int blocks, int stride, Span<float> totals)
    {
        for (var i = 0; i < totals.Length; i++)
        {
            var total = 0.0;
            for (var block = 0; block < blocks; block++)
                total += sums[block * stride + i];
            totals[i] = (float)total;
        }
    }
}
