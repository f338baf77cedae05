using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Tests.Adaptation;

public class TakeOverTests
{
    private static readonly SearchSettings Settings = FallingRate.Settings(1, AdaptationType.Pbt) with { Objectives = [new ObjectiveSpec { Metric = "validation.accuracy" }] };

    [Fact]
    public void One_of_the_worst_quarter_takes_over_one_of_the_best_and_says_so()
    {
        var (state, decisions) = Report(Settings, [[0.85], [0.86], [0.87], [0.93], [0.88], [0.92], [0.89], [0.81]]);

        var adjustment = decisions[^1].Adjustment!;
        Assert.Equal(Verdict.Continue, decisions[^1].Verdict);
        Assert.Matches(@"^cloned trial (3|5) at epoch 3: 0\.81 is among the worst quarter of 8, trial \1 had 0\.9[23]; rate \S+ -> \S+$", decisions[^1].Reason);
        Assert.Contains($"trial {adjustment.From!.Value.Trial} ", decisions[^1].Reason, StringComparison.Ordinal);
        Assert.Equal(new Segment(adjustment.From.Value.Trial, 0, 3, PointOf(state, adjustment.From.Value.Trial)), Assert.Single(adjustment.Lineage));
        Assert.NotEqual(adjustment.Lineage[0].Point, adjustment.Point);
    }

    [Fact]
    public void Alone_nobody_takes_over_anything_and_equals_do_not_either()
    {
        var (_, decisions) = Report(Settings, [[0.5], [0.5], [0.5], [0.6], [0.5]]);

        Assert.Equal([null, null, null, null, new Milestone(3, 3)], decisions.Select(decision => decision.Adjustment?.From));
        Assert.StartsWith("cloned trial 3 at epoch 3: 0.5 is among the worst quarter of 5, trial 3 had 0.6", decisions[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_to_four_the_worst_takes_over_the_best()
    {
        var (_, decisions) = Report(Settings, [[0.5], [0.4], [0.45], [0.3]]);

        Assert.Equal([null, new Milestone(0, 3), null, new Milestone(0, 3)], decisions.Select(decision => decision.Adjustment?.From));
        Assert.StartsWith("cloned trial 0 at epoch 3: 0.3 is the worst of 4, trial 0 had 0.5", decisions[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void With_several_objectives_fronts_and_room_on_them_say_who_is_poor()
    {
        var settings = Settings with { Objectives = [new ObjectiveSpec { Metric = "validation.accuracy" }, new ObjectiveSpec { Metric = "validation.loss" }] };

        var (_, decisions) = Report(settings, [[0.9, 0.5], [0.5, 0.1], [0.4, 0.6], [0.7, 0.3]]);

        Assert.Equal([null, null, new Milestone(0, 3), null], decisions.Select(decision => decision.Adjustment?.From));
        Assert.StartsWith("cloned trial 0 at epoch 3: place 3 by validation.accuracy and validation.loss together is the worst of 3, trial 0 had place 1", decisions[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trial_has_the_point_that_it_goes_on_with_and_had_its_own_before()
    {
        var (state, decisions) = Report(Settings, [[0.5], [0.4]]);
        var space = new SearchSpace(Settings.Space, []);
        var own = new Tuner(Settings).Propose(new Tuner(Settings).Propose(new Tuner(Settings).Start(), 0).State, 1).Proposal.Point;

        Assert.Equal(decisions[1].Adjustment!.Point, PointOf(state, 1));
        Assert.Equal(own, state.Trials[1].PointIn(space));
        Assert.Equal(own, state.Trials[1].PointIn(space, 3));
        Assert.Equal(decisions[1].Adjustment!.Point, state.Trials[1].PointIn(space, 4));
        Assert.Equal(
            [new Segment(0, 0, 3, PointOf(state, 0)), new Segment(1, 3, 6, decisions[1].Adjustment!.Point)],
            new Tuner(Settings).LineageOf(state, 1, 6));
    }

    [Fact]
    public void Slices_end_at_rungs_and_milestones_and_only_these_leave_a_milestone()
    {
        var training = new SimulatedTraining(Settings with { Scheduler = new AshaSpec { MinEpochs = 2, Reduction = 2 }, Epochs = 10 }, (model, _) => model);

        training.Run(trials: 1, parallel: 1);

        Assert.Equal([2, 3, 4, 6, 8, 9, 10], training.Decisions.Select(step => step.Epoch));
        Assert.Equal([true, false, true, false, true, false, false], training.Decisions.Select(step => step.Decision.LeavesMilestone));
        Assert.False(new Tuner(training.State.Settings).Propose(training.State, 0).Proposal.LeavesMilestone);
    }

    [Theory]
    [InlineData(AdaptationType.Pbt)]
    [InlineData(AdaptationType.Pb2)]
    public void Together_with_a_scheduler_some_are_stopped_some_adapt_and_every_report_may_come_twice(AdaptationType type)
    {
        var settings = FallingRate.Settings(3, type) with { Scheduler = new AshaSpec { MinEpochs = 2, Reduction = 2 } };

        var training = new SimulatedTraining(settings, FallingRate.Train) { ReportsTwice = true }.Run(trials: 12, parallel: 6);
        var again = new SimulatedTraining(settings, FallingRate.Train).Run(trials: 12, parallel: 6);

        Assert.Contains(training.State.Trials, trial => trial.Status == TrialStatus.Stopped);
        Assert.NotEmpty(training.TakenOver);
        Assert.Equal(SimulatedTraining.Json(training.State), SimulatedTraining.Json(again.State));
    }

    private static Point PointOf(TunerState state, int trial) => new Tuner(state.Settings).Propose(state, trial).Proposal.Point!;

    /// <summary>One trial after the other, each reporting at the first milestone.</summary>
    private static (TunerState State, List<Decision> Decisions) Report(SearchSettings settings, double[][] values)
    {
        var tuner = new Tuner(settings);
        var (state, decisions) = (tuner.Start(), new List<Decision>());
        for (var trial = 0; trial < values.Length; trial++)
            (state, _) = tuner.Propose(state, trial);
        for (var trial = 0; trial < values.Length; trial++)
        {
            (state, var decision) = tuner.Report(state, new TrialReport(trial, 0, 3, values[trial]));
            decisions.Add(decision);
        }

        return (state, decisions);
    }
}
