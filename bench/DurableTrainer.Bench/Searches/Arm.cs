using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Searches;

/// <summary>One way to search, as fields of an experiment file.</summary>
/// <param name="Name">What it is called on the command line and in figures.</param>
/// <param name="Agent">Who chooses points.</param>
/// <param name="Halves">Whether trials that do worse than others stop early.</param>
/// <param name="Allocation">Who gets the threads that are free.</param>
/// <param name="Adaptation">How adjustable parameters of running trials change; null when they do not.</param>
internal sealed record Arm(string Name, string Agent, bool Halves, string Allocation = "even", string? Adaptation = null)
{
    public static Arm Random { get; } = new("random", "random", Halves: false);

    public static Arm Full { get; } = new("full", "bandit", Halves: false);

    public static Arm FullAllocation { get; } = new("full-allocation", "bandit", Halves: false, "promising");

    public static Arm Asha { get; } = new("asha", "bandit", Halves: true);

    public static Arm AshaAllocation { get; } = new("asha-allocation", "bandit", Halves: true, "promising");

    public static Arm Pbt { get; } = new("pbt", "bandit", Halves: true, Adaptation: "pbt");

    public static Arm Pb2 { get; } = new("pb2", "bandit", Halves: true, Adaptation: "pb2");

    /// <summary>Adaptation without a scheduler: nothing stops early, as in the papers.</summary>
    public static Arm PbtAlone { get; } = new("pbt-alone", "bandit", Halves: false, Adaptation: "pbt");

    public static Arm Pb2Alone { get; } = new("pb2-alone", "bandit", Halves: false, Adaptation: "pb2");

    public static IReadOnlyList<Arm> All { get; } = [Random, Full, FullAllocation, Asha, AshaAllocation, Pbt, Pb2, PbtAlone, Pb2Alone];

    public static Arm Named(string name) => All.Single(arm => arm.Name == name);

    /// <summary>Completes what a task says with what the arm does.</summary>
    public void AddTo(JsonObject spec, int reduction, int everyEpochs)
    {
        spec["tuner"] = new JsonObject { ["agent"] = Agent };
        spec["scheduler"] = Halves
            ? new JsonObject { ["type"] = "asha", ["minEpochs"] = 1, ["reduction"] = reduction }
            : new JsonObject { ["type"] = "none" };
        spec["quota"] = new JsonObject { ["allocation"] = Allocation };
        if (Adaptation is not null)
            spec["adaptation"] = new JsonObject { ["type"] = Adaptation, ["everyEpochs"] = everyEpochs };
    }
}
