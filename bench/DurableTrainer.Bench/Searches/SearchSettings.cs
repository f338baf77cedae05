using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Searches.Tasks;

namespace DurableTrainer.Bench.Searches;

/// <summary>What a run of the bench <c>search</c> measures.</summary>
internal sealed record SearchSettings
{
    public required IReadOnlyList<TrainingTask> Tasks { get; init; }

    /// <summary>Only these of a task's arms; all when empty.</summary>
    public IReadOnlyList<string> Arms { get; init; } = [];

    /// <summary>Searches of each arm, with seeds 0, 1, …</summary>
    public required int Seeds { get; init; }

    /// <summary>How long each search may take; as the task says when null.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Trials of a search; as the task says when null.</summary>
    public int? Trials { get; init; }

    /// <summary>After so long no more searches are started; never when infinite.</summary>
    public TimeSpan Patience { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Where tables go; standard error when null.</summary>
    public MarkedFile? TablesFile { get; init; }

    /// <summary>Arms may be named that some of the tasks do not have.</summary>
    public IReadOnlyList<Arm> ArmsOf(TrainingTask task) =>
        [.. task.Arms.Where(arm => Arms.Count == 0 || Arms.Contains(arm.Name))];

    /// <summary>Whether it is shown which learning rate is best when.</summary>
    public bool HoldsRates(TrainingTask task) => task is FallingRateTask && (Arms.Count == 0 || Arms.Contains(ConstantRun.Arm));

    /// <summary>
    /// Seed by seed, so that what is missing when time runs out is missing everywhere; each seed begins with another arm, so that a machine
    /// that gets slower or faster favours none.
    /// </summary>
    public IEnumerable<SearchPlan> Plans() =>
        from seed in Enumerable.Range(0, Seeds)
        from task in Tasks
        let arms = ArmsOf(task)
        from turn in Enumerable.Range(0, arms.Count)
        select new SearchPlan(task, arms[(seed + turn) % arms.Count], seed);
}

/// <param name="Task">What is searched.</param>
/// <param name="Arm">How.</param>
/// <param name="Seed">Of the experiment.</param>
internal sealed record SearchPlan(TrainingTask Task, Arm Arm, int Seed);
