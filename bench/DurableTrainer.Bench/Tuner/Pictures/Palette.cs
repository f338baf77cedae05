using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>Colours that can be told apart on light and dark pages, also by those who see few colours.</summary>
internal static class Palette
{
    private static readonly string[] Rest = ["#e0662f", "#3b8fd4", "#25a18e", "#c79a1b", "#b565b0", "#8b949e", "#5c7f3f", "#d4708f"];

    public static string Of(TunerAgent agent) => agent switch
    {
        TunerAgent.Bandit => Rest[0],
        TunerAgent.Gp => Rest[1],
        TunerAgent.Tpe => Rest[2],
        TunerAgent.Sobol => Rest[3],
        TunerAgent.Grid => Rest[4],
        _ => Rest[5],
    };

    /// <summary>The colours of names, of which some may be agents'.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyCollection<string> names)
    {
        var agents = Enum.GetValues<TunerAgent>().ToDictionary(agent => agent.ToName(), Of);
        var colors = names.Where(agents.ContainsKey).ToDictionary(name => name, name => agents[name]);
        var free = Rest.Except(colors.Values).ToArray();
        foreach (var (number, name) in names.Where(name => !agents.ContainsKey(name)).Index())
            colors[name] = free[number % free.Length];
        return colors;
    }

    /// <summary>The colours of the origins of points by their short names, the same for all pictures of the same searches.</summary>
    public static IReadOnlyDictionary<string, string> OfOrigins(IEnumerable<SearchRun> runs) =>
        Of([.. runs.SelectMany(run => run.Origins).Select(ShortNameOf).Distinct().Order(StringComparer.Ordinal)]);

    /// <summary><c>gp</c> for <c>bandit/gp</c>.</summary>
    public static string ShortNameOf(string origin) => origin[(origin.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
