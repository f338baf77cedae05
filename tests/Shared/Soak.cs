using System.Globalization;
using Xunit.Abstractions;

namespace DurableTrainer.Tests;

/// <summary>
/// How long tests with random moments go on, and with which seed: a short while with a new one each time, unless variables of the
/// environment say otherwise (docs/engine.md, docs/async.md).
/// </summary>
internal static class Soak
{
    public const string LengthVariable = "DURABLETRAINER_SOAK";
    public const string SeedVariable = "DURABLETRAINER_SEED";

    /// <summary>The seed of a test, which its output tells.</summary>
    public static int Seed(ITestOutputHelper output)
    {
        var seed = Read(SeedVariable) ?? Environment.TickCount & int.MaxValue;
        output.WriteLine($"{SeedVariable}={seed} repeats this.");
        return seed;
    }

    /// <summary>How often a test does what it does: so many times as it usually would, multiplied by what the variable says.</summary>
    public static int Times(int usual) => usual * (Read(LengthVariable) ?? 1);

    private static int? Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
