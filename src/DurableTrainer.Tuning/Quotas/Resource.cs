using System.Globalization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Quotas;

/// <summary>What a tenant's quota bounds.</summary>
public enum Resource
{
    /// <summary>Experiments at once.</summary>
    Experiments,

    /// <summary>Workers at once.</summary>
    Workers,

    /// <summary>Bytes of memory at once, of all workers together.</summary>
    Memory,

    /// <summary>Bytes of artifacts that are kept.</summary>
    Storage,

    /// <summary>Seconds of processor time in a period.</summary>
    CpuTime,

    /// <summary>Seconds of device time in a period.</summary>
    GpuTime,

    /// <summary>What CPU and GPU time cost in a period, in the currency of the prices.</summary>
    Money,
}

/// <summary>What the resources have in common, and how amounts of them read.</summary>
public static class Resources
{
    public static IReadOnlyList<Resource> All { get; } = Enum.GetValues<Resource>();

    /// <summary>Whether it is used up; what is not is only held while something runs.</summary>
    public static bool IsConsumed(Resource resource) => resource is Resource.CpuTime or Resource.GpuTime or Resource.Money;

    /// <summary>As specs and messages name it: <c>cpuTime</c>.</summary>
    public static string NameOf(Resource resource)
    {
        var name = resource.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>With its unit: <c>2 workers</c>, <c>1.5 h</c>, <c>512MiB</c>.</summary>
    public static string Text(Resource resource, decimal amount) => resource switch
    {
        Resource.CpuTime or Resource.GpuTime => amount >= 36_000 ? Number(amount / 3600, "0.#") + " h" : Number(amount, "0.#") + " s",
        Resource.Memory or Resource.Storage => new MemorySize((long)amount).ToString() is var size && char.IsAsciiLetter(size[^1]) ? size : Number(amount / 1048576, "0.#") + " MiB",
        Resource.Money => Number(amount, "0.00##"),
        _ => Number(amount, "0"),
    };

    private static string Number(decimal amount, string format) => amount.ToString(format, CultureInfo.InvariantCulture);
}
