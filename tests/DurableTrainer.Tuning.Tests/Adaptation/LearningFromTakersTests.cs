using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Results;

namespace DurableTrainer.Tuning.Tests.Adaptation;

/// <summary>What a trial reached after it took over another's model says nothing of its own point, but it is what the search found.</summary>
public class LearningFromTakersTests
{
    private static readonly SearchSettings Settings = FallingRate.Settings(1, AdaptationType.Pbt);

    [Fact]
    public void Learners_see_its_own_point_with_what_it_had_when_it_took_over()
    {
        var state = Ended(TrialStatus.Completed, 0.1);

        var history = new SearchHistory(Settings, new UnitSpace(Settings), state);

        Assert.Equal([0.5, 0.6], history.Observations.Select(observation => observation.Losses[0]));
        Assert.Equal(PointsOf(state), history.Observations.Select(observation => new UnitSpace(Settings).PointAt(observation.Unit)));
    }

    [Fact]
    public void The_best_trial_is_the_one_that_ended_best() =>
        Assert.Equal((1, 0.1), (Best(Ended(TrialStatus.Completed, 0.1))!.Trial, Best(Ended(TrialStatus.Completed, 0.1))!.Values[0]));

    [Theory]
    [InlineData(TrialStatus.Failed, 0.1)]
    [InlineData(TrialStatus.Stopped, double.NaN)]
    public void One_that_failed_with_the_model_it_took_over_is_not_the_best_and_its_own_point_did_not_fail(TrialStatus status, double loss)
    {
        var state = Ended(status, loss);

        Assert.Equal(0, Best(state)!.Trial);
        Assert.Empty(new SearchHistory(Settings, new UnitSpace(Settings), state).Infeasible);
    }

    [Fact]
    public void While_it_runs_its_point_is_pending()
    {
        var history = new SearchHistory(Settings, new UnitSpace(Settings), Reported());

        Assert.Equal(2, history.Pending.Count);
    }

    private static BestTrial? Best(TunerState state) => new Tuner(Settings).Best(state);

    private static IEnumerable<Point> PointsOf(TunerState state) => Search.PointsOf(state);

    private static TunerState Ended(TrialStatus status, double loss)
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.End(Reported(), new TrialEnd(1, status, Values: [loss]));
        return tuner.End(state, new TrialEnd(0, TrialStatus.Completed)).State;
    }

    /// <summary>Two trials at a milestone, of which the second has taken over the first.</summary>
    private static TunerState Reported()
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Propose(tuner.Start(), 0).State, 1);
        (state, _) = tuner.Report(state, new TrialReport(0, 0, 3, [0.5]));
        (state, _) = tuner.Report(state, new TrialReport(1, 0, 3, [0.6]));
        Assert.Single(state.Trials[1].Branches);
        return state;
    }
}
