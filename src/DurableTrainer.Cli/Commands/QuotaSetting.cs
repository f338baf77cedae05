using System.Globalization;
using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Cli.Commands;

/// <summary>A change of a quota as a user writes it: <c>cpuTime=PT10H</c>, <c>memory=8GiB</c>, <c>period=week</c>, <c>workers=none</c>.</summary>
internal static class QuotaSetting
{
    private const string None = "none";
    private const string Period = "period";
    private const string CpuHour = "cpuHour";
    private const string GpuHour = "gpuHour";
    private const string Weight = "weight";

    private static readonly string[] Names = [.. Resources.All.Select(Resources.NameOf), Period, CpuHour, GpuHour, Weight];

    /// <exception cref="UsageException">It is no such change.</exception>
    public static Quota Apply(Quota quota, string setting)
    {
        if (setting.Split('=', 2) is not [var name, var value])
            throw new UsageException($"'{setting}' sets nothing; write a name and a value, such as cpuTime=PT10H.");
        if (!Names.Contains(name))
            throw new UsageException($"A quota has no such part: {Nearest.Unknown("name", name, Names)}");
        return name switch
        {
            Period => quota with { Period = PeriodOf(value) },
            CpuHour => quota with { Prices = quota.Prices with { CpuHour = value == None ? 0 : Number(name, value) } },
            GpuHour => quota with { Prices = quota.Prices with { GpuHour = value == None ? 0 : Number(name, value) } },
            Weight => quota with { Weight = value == None ? 1 : (double)Positive(name, value) },
            _ => WithBound(quota, Resources.All.Single(resource => Resources.NameOf(resource) == name), value),
        };
    }

    private static Quota WithBound(Quota quota, Resource resource, string value) =>
        quota with { Allowed = quota.Allowed.With(resource, value == None ? null : AmountOf(resource, value)) };

    private static decimal AmountOf(Resource resource, string value)
    {
        var name = Resources.NameOf(resource);
        switch (resource)
        {
            case Resource.CpuTime or Resource.GpuTime:
                try
                {
                    return (decimal)JsonSerializer.Deserialize<TimeSpan>(JsonSerializer.Serialize(value), SpecJson.Options).Ticks / TimeSpan.TicksPerSecond;
                }
                catch (JsonException)
                {
                    throw new UsageException($"{name} needs a duration such as PT10H (ten hours) or P2D (two days), not '{value}'.");
                }

            case Resource.Memory or Resource.Storage:
                return MemorySize.TryParse(value, out var size) ? size.Bytes : throw new UsageException($"{name} needs a size such as 8GiB, not '{value}'.");
            case Resource.Money:
                return Number(name, value);
            default:
                return Number(name, value) is var count && count == decimal.Truncate(count)
                    ? count
                    : throw new UsageException($"{name} needs a whole number, not '{value}'.");
        }
    }

    private static QuotaPeriod PeriodOf(string value) =>
        value.Length > 0 && char.IsAsciiLetter(value[0]) && Enum.TryParse<QuotaPeriod>(value, ignoreCase: true, out var period)
            ? period
            : throw new UsageException($"period needs one of day, week, month, none, not '{value}'.");

    private static decimal Positive(string name, string value) =>
        Number(name, value) is > 0 and var number ? number : throw new UsageException($"{name} needs a number above 0, not '{value}'.");

    private static decimal Number(string name, string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"{name} needs a number that is not negative, not '{value}'.");
}
