using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;

namespace DurableTrainer.Cli.Views;

/// <summary>What a live view shows, added up from events and epochs.</summary>
internal sealed class RunProgress(ExperimentSpec spec, TimeProvider time)
{
    private readonly ExperimentHistory history = new(spec);
    private readonly Dictionary<int, EpochReport> current = [];
    private readonly long startTimestamp = time.GetTimestamp();
    private int endedBefore;

    /// <summary>The metrics of the objectives.</summary>
    public IReadOnlyList<string> Metrics { get; } = [.. spec.Objective.Select(objective => objective.Metric)];

    public int Budget => spec.Budget.Trials;

    public IReadOnlyCollection<TrialView> Trials => history.Trials;

    public TrialView? Best => history.Best;

    /// <summary>Of several objectives: the trials that are worth choosing from so far.</summary>
    public IReadOnlyList<TrialView>? Front => history.Front;

    public int Ended { get; private set; }

    public int Epochs { get; private set; }

    public TimeSpan CpuTime { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(startTimestamp);

    /// <summary>At the pace of this run so far; null before its first trial has ended.</summary>
    public TimeSpan? Left => Ended > endedBefore ? Elapsed / (Ended - endedBefore) * Math.Max(0, Budget - Ended) : null;

    public EpochReport? CurrentOf(int trial) => current.GetValueOrDefault(trial);

    /// <summary>For each rung, how many trials have reached it.</summary>
    public IReadOnlyList<(int Epoch, int Trials)> Rungs
    {
        get
        {
            var deepest = Math.Max(1, Trials.Select(trial => trial.Epochs).DefaultIfEmpty().Max());
            return [.. Tuner.Rungs(spec.Scheduler, deepest).Select(rung => (rung, Trials.Count(trial => trial.Epochs >= rung)))];
        }
    }

    /// <summary>What the experiment waits for before it runs; null once it runs.</summary>
    public string? Waiting { get; private set; }

    public void Add(ExperimentEvent happened)
    {
        history.Add(happened);
        Waiting = happened.Type == ExperimentEventType.ExperimentQueued ? happened.Message : null;
        if (happened.Type != ExperimentEventType.TrialEnded)
            return;
        Ended++;
        // What an earlier run did says nothing about the pace of this one.
        if (!current.Remove(happened.Trial!.Value))
            endedBefore++;
    }

    public void Add(SliceRequest slice, EpochReport report)
    {
        current[slice.Trial] = report;
        Epochs++;
        CpuTime += report.Usage.CpuTime;
    }
}
