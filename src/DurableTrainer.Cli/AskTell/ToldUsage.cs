using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Cli.AskTell;

/// <summary>What a client says that a trial used, all of it together.</summary>
internal static class ToldUsage
{
    private const string Memory = "memory";
    private const string CpuTime = "cpuTime";
    private const string WallClock = "wallClock";

    /// <summary>Of a number of bytes, and of seconds: more than any trial, and little enough to count with.</summary>
    private const double MostBytes = 1e18;

    private const double MostSeconds = 1e9;

    private static readonly string[] Fields = [Memory, CpuTime, WallClock];

    /// <summary>The field <c>usage</c>, whose epochs are for others to count; null when it is not there. What is wrong with it is left with the request.</summary>
    public static Usage? Read(Request request)
    {
        if (request.Get("usage") is not { } given)
            return null;
        if (given.ValueKind != JsonValueKind.Object || !given.EnumerateObject().Any())
        {
            request.Refuse($"'usage' must be an object with any of {Memory} (bytes), {CpuTime} and {WallClock} (seconds)");
            return null;
        }

        foreach (var field in given.EnumerateObject().Where(field => !Fields.Contains(field.Name)))
            request.Refuse("usage: " + Nearest.Unknown("field", field.Name, Fields));
        return new Usage(
            TimeSpan.FromSeconds(Number(WallClock, MostSeconds)), TimeSpan.FromSeconds(Number(CpuTime, MostSeconds)), (long)Number(Memory, MostBytes), 0);

        double Number(string name, double most)
        {
            if (!given.TryGetProperty(name, out var value))
                return 0;
            if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number > 0 && number <= most)
                return number;
            request.Refuse(FormattableString.Invariant($"'usage.{name}' must be a number above 0, at most {most:0e0}"));
            return 0;
        }
    }
}
