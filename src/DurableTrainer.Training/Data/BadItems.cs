using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Items of arrays that are no samples: what one array shows of them takes them out of all.</summary>
internal sealed class BadItems(BadRecord rule)
{
    private readonly BadRecords records = new(rule);
    private readonly SortedSet<int> items = [];

    public SkippedRecords? Skipped => records.Skipped;

    /// <exception cref="DataException">The spec does not say that such items are left out.</exception>
    public void Add(int item, DataException problem)
    {
        if (!items.Contains(item))
        {
            records.Skip(problem);
            items.Add(item);
        }
    }

    /// <summary>The items that are left, of so many.</summary>
    /// <exception cref="DataException">None is left.</exception>
    public int[]? Kept(int count, string source)
    {
        if (items.Count == 0)
            return null;
        int[] kept = [.. Enumerable.Range(0, count).Where(item => !items.Contains(item))];
        records.RequireSamples(kept.Length, source);
        return kept;
    }

    /// <summary>The numbers of the items that are kept.</summary>
    public static float[] Of(float[] numbers, int[]? kept, int itemSize)
    {
        if (kept is null)
            return numbers;
        var left = new float[(long)kept.Length * itemSize];
        for (var i = 0; i < kept.Length; i++)
            numbers.AsSpan(kept[i] * itemSize, itemSize).CopyTo(left.AsSpan(i * itemSize));
        return left;
    }
}
