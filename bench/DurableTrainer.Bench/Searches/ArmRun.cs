using DurableTrainer.Bench.Runs;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Bench.Searches;

/// <param name="Seconds">Since the experiment started.</param>
/// <param name="Epochs">Epochs of all trials that were done by then.</param>
/// <param name="Value">Better than any before.</param>
internal sealed record Improvement(double Seconds, int Epochs, double Value);

/// <summary>One search: an arm on a task with a seed.</summary>
internal sealed record ArmRun
{
    public required TrainingTask Task { get; init; }

    public required string Arm { get; init; }

    public required int Seed { get; init; }

    /// <summary>Each is the best value so far; the last one is the best of all.</summary>
    public required IReadOnlyList<Improvement> Improvements { get; init; }

    public required int Trials { get; init; }

    /// <summary>All that were trained.</summary>
    public required int Epochs { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>Share of the time of all workers together that they spent on slices.</summary>
    public required double TrainingShare { get; init; }

    /// <summary>The same of the model that was handed over, on samples that no trial has seen; null where none were held out.</summary>
    public double? Test { get; init; }

    public double Best => Improvements[^1].Value;

    public double SecondsToBest => Improvements[^1].Seconds;

    /// <summary>When a value was seen first that is as good; null when there was none.</summary>
    public double? SecondsTo(double value) => Improvements.FirstOrDefault(reached => !Task.IsBetter(value, reached.Value))?.Seconds;

    /// <summary>The best value that all trials together had after so many epochs; null when there was none yet.</summary>
    public double? BestAfter(int epochs) => Improvements.LastOrDefault(reached => reached.Epochs <= epochs)?.Value;

    /// <summary>The worst value that is as good as the best one.</summary>
    public double WithinTolerance => Best + (Task.IsMaximised ? -Task.Tolerance : Task.Tolerance);

    /// <param name="task">What was searched.</param>
    /// <param name="arm">How.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="run">What it left.</param>
    /// <param name="workers">Processes that trained.</param>
    /// <exception cref="BenchException">No trial reached any value.</exception>
    public static ArmRun Of(TrainingTask task, string arm, int seed, ExperimentRun run, int workers)
    {
        var improvements = new List<Improvement>();
        foreach (var (time, value) in Values(task, run).Where(reached => double.IsFinite(reached.Value)).OrderBy(reached => reached.Time))
        {
            if (improvements.Count == 0 || task.IsBetter(value, improvements[^1].Value))
                improvements.Add(new Improvement((time - run.Usage.StartedAt).TotalSeconds, run.EpochsBy(time), value));
        }

        return new ArmRun
        {
            Task = task,
            Arm = arm,
            Seed = seed,
            Improvements = improvements.Count > 0 ? improvements : throw new BenchException($"{arm} on {task.Name}, seed {seed}: no trial reached any value."),
            Trials = run.Result.Trials.Count,
            Epochs = run.Usage.Total.Epochs,
            WallSeconds = run.WallClock.TotalSeconds,
            TrainingShare = run.Usage.Total.WallClock / (workers * run.WallClock),
            Test = run.Result.Best?.Metrics.TryGetValue(task.TestMetric, out var tested) == true ? tested : null,
        };
    }

    /// <summary>What counts as reached, and when: any epoch, or only the last one of a trial.</summary>
    private static IEnumerable<(DateTimeOffset Time, double Value)> Values(TrainingTask task, ExperimentRun run) => task.AnyEpochCounts
        ? run.Epochs.SelectMany(trial => trial)
            .Where(epoch => epoch.Values.ContainsKey(task.Metric))
            .Select(epoch => (epoch.Time, epoch.Values[task.Metric]))
        : run.Events
            .Where(happened => happened is { Type: ExperimentEventType.TrialEnded, Value: not null })
            .Select(happened => (happened.Time, happened.Value!.Value));
}
