using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner;

/// <summary>Agents as specs and command lines name them.</summary>
internal static class AgentNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<TunerAgent>().Select(ToName)];

    public static string ToName(this TunerAgent agent) => agent.ToString().ToLowerInvariant();

    public static TunerAgent Parse(string name) => Enum.GetValues<TunerAgent>().Single(agent => agent.ToName() == name);
}
