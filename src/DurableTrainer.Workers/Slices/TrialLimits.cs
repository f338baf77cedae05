using System.Globalization;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Slices;

/// <summary>Holds what a trial uses against what one trial may use.</summary>
/// <param name="limits">What it may use.</param>
/// <param name="before">What its earlier slices used.</param>
/// <param name="meter">What this slice uses.</param>
internal sealed class TrialLimits(LimitsSpec limits, Usage before, UsageMeter meter)
{
    /// <returns>Why a model of so many learned numbers may not be trained, or null.</returns>
    public static string? WhyTooLarge(LimitsSpec limits, long parameters) =>
        limits.Parameters < parameters ? Sentence("parameters", $"{limits.Parameters:N0}", $"{parameters:N0}", "before the first epoch") : null;

    /// <summary>Whether there is anything to hold a trial to while it runs.</summary>
    public bool AreAny => HasAny(limits);

    public static bool HasAny(LimitsSpec limits) => limits.WallClock is not null || limits.CpuTime is not null || limits.Memory is not null;

    /// <returns>The first limit that is exceeded, as a sentence, or null.</returns>
    public string? WhyExceeded(int epoch) =>
        WhyExceeded(limits, new Usage(before.WallClock + meter.Elapsed, before.CpuTime + meter.CpuTime, meter.PeakMemoryBytes, 0), epoch);

    /// <param name="limits">What a trial may use.</param>
    /// <param name="used">What all its slices have used.</param>
    /// <param name="epoch">The epoch in which it was seen.</param>
    /// <returns>The first limit that is exceeded, as a sentence, or null.</returns>
    public static string? WhyExceeded(LimitsSpec limits, Usage used, int epoch)
    {
        var at = $"in epoch {epoch}";
        if (limits.WallClock is { } wall && used.WallClock > wall)
            return Sentence("wallClock", Seconds(wall), Seconds(used.WallClock), at);
        if (limits.CpuTime is { } cpu && used.CpuTime > cpu)
            return Sentence("cpuTime", Seconds(cpu), Seconds(used.CpuTime), at);
        if (limits.Memory is { } memory && used.PeakMemoryBytes > memory.Bytes)
            return Sentence("memory", Mebibytes(memory.Bytes), Mebibytes(used.PeakMemoryBytes), at);
        return null;
    }

    private static string Sentence(string resource, string limit, string value, string at) =>
        string.Create(CultureInfo.InvariantCulture, $"limit exceeded: {resource} of at most {limit}, was {value} {at}");

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s");

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");
}
