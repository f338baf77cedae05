using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Quotas;

/// <summary>When a tenant may use again what can be used up.</summary>
public enum QuotaPeriod
{
    /// <summary>Never: the quota is for good.</summary>
    None,
    Day,

    /// <summary>From Monday on.</summary>
    Week,
    Month,
}

/// <summary>What a tenant may use.</summary>
public sealed record Quota
{
    /// <summary>Without any bound.</summary>
    public static Quota Unlimited { get; } = new();

    /// <summary>What is not named has no bound.</summary>
    public Amounts Allowed { get; init; } = Amounts.None;

    public QuotaPeriod Period { get; init; }

    public Prices Prices { get; init; } = new();

    /// <summary>The tenant's share of workers that several tenants want at once, beside the weights of the others.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What is wrong with it, as a sentence; null when nothing is.</summary>
    public string? WhyNot()
    {
        if (Allowed.Named.Cast<Resource?>().FirstOrDefault(resource => Allowed[resource!.Value] < 0) is { } negative)
            return $"allowed.{Resources.NameOf(negative)} must not be negative.";
        if (Prices.CpuHour < 0 || Prices.GpuHour < 0)
            return "prices must not be negative.";
        return Weight > 0 && double.IsFinite(Weight) ? null : "weight must be above 0.";
    }

    /// <summary>When the period began that a time lies in, in UTC.</summary>
    public DateTimeOffset PeriodStart(DateTimeOffset time)
    {
        var day = new DateTimeOffset(time.UtcDateTime.Date, TimeSpan.Zero);
        return Period switch
        {
            QuotaPeriod.Day => day,
            QuotaPeriod.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            QuotaPeriod.Month => new DateTimeOffset(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero),
            _ => DateTimeOffset.MinValue,
        };
    }

    /// <summary>What a slice's usage is charged as.</summary>
    public Amounts ChargeOf(Usage usage)
    {
        var seconds = Seconds(usage.CpuTime);
        decimal? device = usage.Gpu is { } gpu ? Seconds(gpu.BusyTime) : null;
        return Amounts.None
            .With(Resource.CpuTime, seconds)
            .With(Resource.GpuTime, device)
            .With(Resource.Money, Prices.CpuHour > 0 || (device > 0 && Prices.GpuHour > 0) ? Prices.Of(seconds, device ?? 0) : null);
    }

    internal static decimal Seconds(TimeSpan span) => (decimal)span.Ticks / TimeSpan.TicksPerSecond;
}

/// <summary>What an hour of computing costs, in one currency.</summary>
public sealed record Prices
{
    public decimal CpuHour { get; init; }

    public decimal GpuHour { get; init; }

    /// <summary>What so many seconds cost.</summary>
    public decimal Of(decimal cpuSeconds, decimal gpuSeconds) => (cpuSeconds * CpuHour + gpuSeconds * GpuHour) / 3600;
}
