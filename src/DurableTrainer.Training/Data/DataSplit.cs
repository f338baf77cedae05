using System.Globalization;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Which samples are trained on, which compare trials, and which measure the best model; indices in ascending order.</summary>
public sealed record DataSplit(int[] Train, int[] Validation, int[] Test)
{
    /// <summary>
    /// Deals <paramref name="count"/> samples out at random. The outcome depends on the arguments alone, and the test samples not even
    /// on the share of validation.
    /// </summary>
    /// <exception cref="DataException">A share is not allowed, or there are too few samples for one in every part.</exception>
    public static DataSplit Of(int count, SplitSpec spec, long seed)
    {
        int test = Size(count, spec.Test, "test"), validation = Size(count, spec.Validation, "validation");
        if ((long)test + validation >= count)
        {
            throw new DataException(string.Create(CultureInfo.InvariantCulture,
                $"{count} samples are too few for a split of {spec.Validation} validation and {spec.Test} test: every part, and the "
                    + $"rest to train on, needs at least one. Lower the shares, or add data."));
        }

        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        new KeyedRandom(seed, "split").Shuffle<int>(order);
        return new DataSplit(Part(order, test + validation, count), Part(order, test, test + validation), Part(order, 0, test));
    }

    private static int Size(int count, double share, string part)
    {
        if (!(share is >= 0 and < 1))
            throw new DataException(string.Create(CultureInfo.InvariantCulture, $"The {part} share of a split is {share}; it must be "
                + $"at least 0 and below 1."));
        return share == 0 ? 0 : Math.Max(1, (int)Math.Round(count * share, MidpointRounding.AwayFromZero));
    }

    private static int[] Part(int[] order, int start, int end)
    {
        var part = order[start..end];
        Array.Sort(part);
        return part;
    }
}
