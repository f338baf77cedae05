using DurableTrainer.Bench.Pace;
using DurableTrainer.Bench.Runs;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Bench.Tests.Pace;

public class PaceRunTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Overhead_is_what_a_lane_took_until_its_next_trial_without_training()
    {
        var pace = PaceRun.Of(Run([(0, 90, 60), (100, 180, 60), (200, 290, 40)]), lanes: 1);

        Assert.Equal([40, 40], pace.Overheads);
    }

    [Fact]
    public void With_several_lanes_a_trial_follows_the_one_that_ended_before_it()
    {
        var pace = PaceRun.Of(Run([(0, 50, 10), (0, 80, 70), (60, 200, 100), (90, 250, 100)]), lanes: 2);

        Assert.Equal([50, 20], pace.Overheads);
    }

    [Fact]
    public void The_first_hundred_counts_without_trials_that_warm_up_and_the_last_to_the_end()
    {
        var pace = new PaceRun([.. Enumerable.Range(0, 400).Select(trial => trial < 20 ? 900.0 : trial < 300 ? 10 : 12)]);

        Assert.Equal((10, 12, 1.2), (pace.FirstMilliseconds, pace.LastMilliseconds, pace.Ratio));
        Assert.Equal([10, 10, 10, 12], pace.Hundreds);
    }

    /// <summary>Trials by when they started and ended and how long they trained, in milliseconds.</summary>
    private static ExperimentRun Run((int Start, int End, int Trained)[] trials) => new()
    {
        Result = null!,
        Epochs = [],
        Usage = new ExperimentUsage
        {
            StartedAt = Begin,
            EndedAt = Begin,
            Total = Usage.None,
            Trials = [.. trials.Select(trial => Usage.None with { WallClock = TimeSpan.FromMilliseconds(trial.Trained) })],
        },
        Events =
        [
            .. trials.Select((trial, number) => Event(ExperimentEventType.TrialStarted, number, trial.Start)),
            .. trials.Select((trial, number) => Event(ExperimentEventType.TrialEnded, number, trial.End)),
        ],
    };

    private static ExperimentEvent Event(ExperimentEventType type, int trial, int milliseconds) =>
        new() { Id = $"{type}-{trial}", Time = Begin.AddMilliseconds(milliseconds), Type = type, Trial = trial };
}
