using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>
/// Gives buffers places in one block of memory, so that those which are in use at the same time do not overlap. The largest is placed
/// first, each at the lowest place that is free while it is used (greedy by size, Pisarchyk and Lee 2020, section 5.2).
/// </summary>
internal sealed class MemoryPlan
{
    /// <summary>Of one block.</summary>
    private const long MostValues = int.MaxValue - 1024;

    private readonly Dictionary<TensorBuffer, Tenant> tenants = new(ReferenceEqualityComparer.Instance);

    /// <summary>The buffer is in use from its first time to its last, and holds its values all the while.</summary>
    public void Use(TensorBuffer buffer, int time)
    {
        var tenant = Of(buffer);
        tenant.Times = tenant.Times is [var (first, last)]
            ? [(Math.Min(first, time), Math.Max(last, time))]
            : [(time, time)];
    }

    /// <summary>The buffer is in use at a time, and holds nothing from one time to another.</summary>
    public void UseOnce(TensorBuffer buffer, int time) => Of(buffer).Times.Add((time, time));

    /// <summary>Two buffers lie at the same place: the second is written over the first.</summary>
    public void Unite(TensorBuffer first, TensorBuffer second)
    {
        Tenant one = Of(first), other = Of(second);
        if (one == other)
            return;
        one.Buffers.AddRange(other.Buffers);
        one.Footprint = Math.Max(one.Footprint, other.Footprint);
        one.Times = [(Math.Min(one.Times[0].First, other.Times[0].First), Math.Max(one.Times[0].Last, other.Times[0].Last))];
        foreach (var buffer in other.Buffers)
            tenants[buffer] = one;
    }

    /// <summary>Takes the memory, and gives every buffer its place.</summary>
    /// <returns>Bytes that were taken.</returns>
    /// <exception cref="ProcessorException">It is more than one block can be.</exception>
    public long Place()
    {
        var placed = new List<Tenant>();
        var total = 0L;
        foreach (var tenant in tenants.Values.Distinct().OrderByDescending(tenant => tenant.Footprint).ThenBy(tenant => tenant.Times[0].First))
        {
            tenant.Offset = LowestFree(tenant, placed);
            total = Math.Max(total, tenant.Offset + tenant.Footprint);
            placed.Insert(IndexAfter(placed, tenant.Offset), tenant);
        }

        if (total > MostValues)
        {
            throw new ProcessorException(
                $"Values, gradients and work space would be {total} numbers, and this processor holds at most {MostValues} for one model; "
                    + "choose a smaller batch or model.");
        }

        var block = new TensorBuffer(total);
        foreach (var tenant in placed)
        {
            foreach (var buffer in tenant.Buffers)
                buffer.Place(block, tenant.Offset);
        }

        return total * sizeof(float);
    }

    private Tenant Of(TensorBuffer buffer)
    {
        if (!tenants.TryGetValue(buffer, out var tenant))
            tenants.Add(buffer, tenant = new Tenant(buffer));
        return tenant;
    }

    /// <summary>The first gap between those in use at the same time, which stand in the order of their places.</summary>
    private static long LowestFree(Tenant tenant, List<Tenant> placed)
    {
        var free = 0L;
        foreach (var other in placed)
        {
            if (!tenant.Meets(other))
                continue;
            if (other.Offset - free >= tenant.Footprint)
                return free;
            free = Math.Max(free, other.Offset + other.Footprint);
        }

        return free;
    }

    private static int IndexAfter(List<Tenant> placed, long offset)
    {
        var index = placed.Count;
        while (index > 0 && placed[index - 1].Offset > offset)
            index--;
        return index;
    }

    /// <summary>Buffers at one place, and when one of them is in use.</summary>
    private sealed class Tenant(TensorBuffer buffer)
    {
        public List<TensorBuffer> Buffers { get; } = [buffer];

        public List<(int First, int Last)> Times { get; set; } = [];

        public long Offset { get; set; }

        public long Footprint { get; set; } = buffer.Footprint;

        public bool Meets(Tenant other)
        {
            foreach (var (first, last) in Times)
            {
                foreach (var (otherFirst, otherLast) in other.Times)
                {
                    if (first <= otherLast && otherFirst <= last)
                        return true;
                }
            }

            return false;
        }
    }
}
