using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine.Timers;

/// <summary>Everything that is due at some time, soonest first. Ordered as a tree, so that a cancelled timer leaves nothing behind.</summary>
internal sealed class TimerQueue
{
    /// <summary>The call number that stands for the start of an instance scheduled for later.</summary>
    public const int Start = 0;

    private readonly SortedSet<Entry> entries = new(Comparer<Entry>.Create(Compare));

    public DateTimeOffset? NextDue => entries.Count == 0 ? null : entries.Min.Due;

    public void Add(Entry entry) => entries.Add(entry);

    public void Remove(Entry entry) => entries.Remove(entry);

    public bool TryTakeDue(DateTimeOffset now, out Entry entry)
    {
        entry = entries.Min;
        return entries.Count > 0 && entry.Due <= now && entries.Remove(entry);
    }

    // Those due at the same time fire in the order in which they were made: the same in every run.
    private static int Compare(Entry left, Entry right)
    {
        var byDue = left.Due.CompareTo(right.Due);
        if (byDue != 0)
            return byDue;
        var byOrder = left.Instance.Order.CompareTo(right.Instance.Order);
        return byOrder != 0 ? byOrder : left.Call.CompareTo(right.Call);
    }

    internal readonly record struct Entry(DateTimeOffset Due, Instance Instance, int Call);
}
