using DurableTrainer.Bench.Tuner.Tasks.Own;

namespace DurableTrainer.Bench.Tuner.Tasks;

/// <summary>Tasks whose figures stand together.</summary>
internal sealed record TaskSet(string Name, IReadOnlyList<SearchTask> Tasks)
{
    /// <summary>Those that Optuna was measured on.</summary>
    public static TaskSet Reference { get; } = new("reference", ReferenceTasks.All);

    public static TaskSet Own { get; } = new("own", OwnTasks.All);

    public static TaskSet Noisy { get; } = new("noisy", NoisyTasks.All);

    public static IReadOnlyList<TaskSet> All { get; } = [Reference, Own, Noisy];

    public static IEnumerable<SearchTask> AllTasks => All.SelectMany(set => set.Tasks);
}
