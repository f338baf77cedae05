using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Adaptation;

public class ReplayTests
{
    private static readonly SimulatedTraining Original =
        new SimulatedTraining(FallingRate.Settings(2, AdaptationType.Pbt), FallingRate.Train).Run(trials: 8, parallel: 8);

    [Fact]
    public void The_segments_of_a_model_train_the_same_model_again()
    {
        var tuner = new Tuner(Original.State.Settings);
        var (lineage, model) = Original.Models
            .Select(model => (Lineage: tuner.LineageOf(Original.State, model.Key, FallingRate.Epochs), model.Value))
            .MaxBy(model => model.Lineage.Count);
        var settings = Original.State.Settings with
        {
            Replay = lineage,
            Scheduler = new AshaSpec(),
            Convergence = new ConvergenceSpec { Rule = ConvergenceRule.Plateau, MinTrials = 1, Patience = 1 },
        };

        var replayed = new SimulatedTraining(settings with { Adaptation = null }, FallingRate.Train) { ReportsTwice = true }.Run(trials: 1, parallel: 1);

        Assert.True(lineage.Count > 2);
        Assert.Equal(model, replayed.Models[0]);
        Assert.Equal(lineage.Select(segment => segment.ToEpoch), replayed.Decisions.Select(step => step.Epoch));
        Assert.Equal(lineage.Skip(1).Select(segment => (segment.Point, (int?)segment.Trial)), replayed.TakenOver.Select(step => (step.Decision.Adjustment!.Point, step.Decision.Adjustment.RandomTrial)));
        Assert.Equal(lineage.SkipLast(1), replayed.TakenOver.Last().Decision.Adjustment!.Lineage);
        Assert.All(replayed.TakenOver, step => Assert.Null(step.Decision.Adjustment!.From));
        Assert.Equal(Verdict.Complete, replayed.Decisions[^1].Decision.Verdict);
        Assert.Equal(model, new Tuner(settings).Best(replayed.State)!.Values[0]);
    }

    [Fact]
    public void There_is_one_trial_which_begins_as_the_model_did_and_leaves_nothing_for_others()
    {
        var settings = Original.State.Settings with { Replay = new Tuner(Original.State.Settings).LineageOf(Original.State, 0, FallingRate.Epochs) };
        var tuner = new Tuner(settings);

        var (state, proposal) = tuner.Propose(tuner.Start(), 0);

        Assert.Equal(("replay", settings.Replay[0].Point, settings.Replay[0].ToEpoch), (proposal.Origin, proposal.Point, proposal.ToEpoch));
        Assert.Equal((settings.Replay[0].Trial, FallingRate.Epochs, false), (proposal.RandomTrial!.Value, proposal.MaxEpochs, proposal.LeavesMilestone));
        Assert.Null(tuner.Propose(state, 1).Proposal.Point);
        Assert.Equal(proposal, tuner.Propose(state, 0).Proposal);
        Assert.Empty(tuner.Report(state, new TrialReport(0, 0, 3, [0.5])).State.Milestones);
        Assert.Equal(Verdict.Stop, tuner.Report(state, new TrialReport(0, 0, 3, [double.NaN])).Decision.Verdict);
        Assert.Null(tuner.End(state, new TrialEnd(0, TrialStatus.Completed)).Answer.Converged);
    }
}
