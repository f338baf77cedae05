using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Rows;

namespace DurableTrainer.Tuning.Costs;

/// <summary>What a trial of a point takes: its memory, and the time of an epoch. Null where that was not measured.</summary>
public sealed record TrialUsage
{
    private const int AllUntil = 200;
    private const int KeptEvery = 10;

    [JsonPropertyName("m")]
    public double? MemoryBytes { get; init; }

    /// <summary>Processor time of an epoch, in seconds.</summary>
    [JsonPropertyName("c")]
    public double? CpuTime { get; init; }

    /// <summary>Running time of an epoch, in seconds.</summary>
    [JsonPropertyName("w")]
    public double? WallClock { get; init; }

    public double? Of(MeasuredResource resource) => resource switch
    {
        MeasuredResource.Memory => MemoryBytes,
        MeasuredResource.CpuTime => CpuTime,
        _ => WallClock,
    };

    /// <summary>
    /// What a trial used, as what it takes. Of one that failed, the memory may not have come to its peak, and without a whole epoch
    /// neither has the time: they say something only where they are beyond a limit.
    /// </summary>
    /// <param name="used">By all epochs; 0 where something was not measured.</param>
    /// <param name="hasFailed">Whether it was ended in the middle.</param>
    /// <param name="limits">What a trial may use, if there is a bound.</param>
    /// <returns>Null when nothing is known.</returns>
    public static TrialUsage? Of(Usage used, bool hasFailed, LimitsSpec? limits)
    {
        var epochs = Math.Max(1, used.Epochs);
        var isWhole = used.Epochs > 0;
        var usage = new TrialUsage
        {
            MemoryBytes = Measured(used.PeakMemoryBytes, !hasFailed, limits?.Memory?.Bytes),
            CpuTime = Measured(used.CpuTime.TotalSeconds, isWhole, limits?.CpuTime?.TotalSeconds) / epochs,
            WallClock = Measured(used.WallClock.TotalSeconds, isWhole, limits?.WallClock?.TotalSeconds) / epochs,
        };
        return usage is { MemoryBytes: null, CpuTime: null, WallClock: null } ? null : usage;

        static double? Measured(double value, bool isPeak, double? limit) => value > 0 && (isPeak || value > limit) ? value : null;
    }

    /// <summary>
    /// Whether a state keeps what a trial took: it has no room for thousands, from which nobody would learn more than from the first, every tenth
    /// of the others, and those that a mask is checked by.
    /// </summary>
    internal static bool IsKept(int trial, string origin) => trial < AllUntil || trial % KeptEvery == 0 || MaskChecks.IsCheck(origin);

    /// <summary>With three digits: more say nothing of a measurement, and take room in every state.</summary>
    internal TrialUsage Rounded() => new()
    {
        MemoryBytes = ThreeDigits.Near(MemoryBytes),
        CpuTime = ThreeDigits.Near(CpuTime),
        WallClock = ThreeDigits.Near(WallClock),
    };
}
