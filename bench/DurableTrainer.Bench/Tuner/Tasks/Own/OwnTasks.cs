namespace DurableTrainer.Bench.Tuner.Tasks.Own;

/// <summary>Tasks that nothing was tuned on, each of a kind that the reference set lacks. Their optima are away from centres and corners.</summary>
internal static class OwnTasks
{
    public static IReadOnlyList<SearchTask> All { get; } =
    [
        .. SmoothTasks.All, ConditionalTask.FamilyTree, .. DiscreteTasks.All, .. BoundedTasks.All, .. ScaleTasks.All,
    ];
}
