namespace DurableTrainer.Bench.Tuner.Tasks;

/// <summary>Tasks whose figures stand together.</summary>
internal sealed record TaskSet(string Name, IReadOnlyList<SearchTask> Tasks)
{
    public static TaskSet Reference { get; } = new("reference", ReferenceTasks.All);

    public static IReadOnlyList<TaskSet> All { get; } = [Reference];

    public static IEnumerable<SearchTask> AllTasks => All.SelectMany(set => set.Tasks);
}
