using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests;

public class TunerTests
{
    private static readonly SearchSettings Settings = new()
    {
        Seed = 42,
        Objectives = [new ObjectiveSpec { Metric = "validation.accuracy", Target = 0.99 }],
        Space =
        [
            new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adamw"] },
            new FloatParameter { Name = "learningRate", Min = 1e-4, Max = 0.3, Scale = ParameterScale.Log },
            new FloatParameter
            {
                Name = "momentum", Min = 0, Max = 0.99,
                When = new Dictionary<string, IReadOnlyList<ParameterValue>> { ["optimizer"] = ["sgd"] },
            },
            new IntParameter { Name = "width", Min = 8, Max = 64, Step = 8 },
        ],
        Constraints = ["width <= 48"],
        Scheduler = new AshaSpec(),
        Epochs = 20,
    };

    [Theory]
    [InlineData(TunerAgent.Sobol)]
    [InlineData(TunerAgent.Random)]
    public void Every_proposal_is_a_new_point_of_the_space_that_keeps_the_constraints(TunerAgent agent)
    {
        var settings = Settings with { Tuner = new TunerSpec { Agent = agent } };
        var space = new SearchSpace(settings.Space, settings.Constraints);

        var points = Propose(settings, 200).Select(proposal => proposal.Point!).ToList();

        Assert.All(points, point => Assert.Empty(space.Problems(point)));
        Assert.All(points, point => Assert.True(space.Satisfies(point)));
        Assert.Equal(points.Count, points.Distinct().Count());
    }

    [Fact]
    public void The_same_seed_gives_the_same_points_and_another_seed_others()
    {
        var points = Propose(Settings, 5).Select(proposal => proposal.Point);

        Assert.Equal(points, Propose(Settings, 5).Select(proposal => proposal.Point));
        Assert.NotEqual(points, Propose(Settings with { Seed = 43 }, 5).Select(proposal => proposal.Point));
    }

    [Fact]
    public void Asking_twice_for_a_trial_gives_the_same_point_and_changes_nothing()
    {
        var tuner = new Tuner(Settings);
        var (state, first) = tuner.Propose(tuner.Start(), 0);

        var (after, second) = tuner.Propose(state, 0);

        Assert.Equal(first, second);
        Assert.Same(state, after);
    }

    [Fact]
    public void Skipping_a_trial_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tuner(Settings).Propose(new Tuner(Settings).Start(), 1));

    [Fact]
    public void Seeded_points_come_first_with_what_they_leave_out_filled_in()
    {
        var seeded = new Point([new("learningRate", 0.01), new("optimizer", "adamw")]);
        var settings = Settings with { Tuner = new TunerSpec { Points = [seeded] } };

        var proposals = Propose(settings, 2);

        Assert.Equal(Tuner.Seeded, proposals[0].Origin);
        Assert.Equal(0.01, proposals[0].Point!["learningRate"]);
        Assert.True(proposals[0].Point!.Contains("width"));
        Assert.False(proposals[0].Point!.Contains("momentum"));
        Assert.Equal("bandit/start", proposals[1].Origin);
    }

    [Fact]
    public void The_same_seeded_point_twice_is_tried_once()
    {
        var all = new Point([new("optimizer", "adamw"), new("learningRate", 0.01), new("width", 8)]);
        var settings = Settings with { Tuner = new TunerSpec { Points = [all, all] } };

        var proposals = Propose(settings, 2);

        Assert.Equal([Tuner.Seeded, "bandit/start"], proposals.Select(proposal => proposal.Origin));
        Assert.NotEqual(proposals[0].Point, proposals[1].Point);
    }

    [Fact]
    public void A_space_that_has_been_tried_out_has_no_further_point()
    {
        var settings = Settings with
        {
            Space = [new IntParameter { Name = "width", Min = 1, Max = 4 }, new ChoiceParameter { Name = "bias", Values = [true, false] }],
            Constraints = ["width != 3"],
        };

        var proposals = Propose(settings, 7);

        Assert.Equal(6, proposals.Take(6).Select(proposal => proposal.Point).Distinct().Count());
        Assert.Null(proposals[6].Point);
    }

    [Fact]
    public void A_report_that_comes_twice_gets_the_same_answer_and_counts_once()
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);
        var (reported, decision) = tuner.Report(state, new TrialReport(0, 0, 1, [0.5]));

        var (again, same) = tuner.Report(reported, new TrialReport(0, 0, 1, [0.5]));

        Assert.Equal(decision, same);
        Assert.Same(reported, again);
        Assert.Equal(Verdict.Continue, decision.Verdict);
        Assert.Equal(3, decision.ToEpoch);
    }

    [Fact]
    public void A_poor_trial_stops_at_the_rung_where_it_is_compared()
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);
        (state, _) = tuner.Report(state, new TrialReport(0, 0, 1, [0.8]));
        (state, _) = tuner.Propose(state, 1);

        var (_, decision) = tuner.Report(state, new TrialReport(1, 0, 1, [0.3]));

        Assert.Equal(Verdict.Stop, decision.Verdict);
        Assert.StartsWith("stopped at epoch 1: 0.3 is below the best third of 2, 0.8", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_reaches_the_target_ends_the_experiment()
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);

        var (_, decision) = tuner.Report(state, new TrialReport(0, 0, 1, [0.995]));

        Assert.Equal(Verdict.Complete, decision.Verdict);
        Assert.Equal("target met: validation.accuracy reached 0.995", decision.EndsExperiment);
    }

    [Fact]
    public void With_several_objectives_every_one_that_has_a_target_must_reach_it()
    {
        var settings = Settings with
        {
            Objectives = [.. Settings.Objectives, new ObjectiveSpec { Metric = "validation.loss", Target = 0.1 }, new ObjectiveSpec { Metric = "train.loss" }],
        };
        var tuner = new Tuner(settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);

        Assert.Null(tuner.Report(state, new TrialReport(0, 0, 1, [0.995, 0.2, 0.3])).Decision.EndsExperiment);
        Assert.Equal(
            "target met: validation.accuracy reached 0.995, validation.loss reached 0.05",
            tuner.Report(state, new TrialReport(0, 0, 1, [0.995, 0.05, 0.3])).Decision.EndsExperiment);
    }

    [Fact]
    public void Objectives_without_a_target_are_never_met()
    {
        var tuner = new Tuner(Settings with { Objectives = [new ObjectiveSpec { Metric = "validation.loss" }, new ObjectiveSpec { Metric = "train.loss" }] });
        var (state, _) = tuner.Propose(tuner.Start(), 0);

        Assert.Null(tuner.Report(state, new TrialReport(0, 0, 1, [0, 0])).Decision.EndsExperiment);
    }

    [Fact]
    public void With_several_objectives_a_trial_is_stopped_only_by_those_that_beat_it_in_all()
    {
        var tuner = new Tuner(Settings with { Objectives = [new ObjectiveSpec { Metric = "validation.accuracy" }, new ObjectiveSpec { Metric = "validation.loss" }] });
        var (state, _) = tuner.Propose(tuner.Start(), 0);
        (state, _) = tuner.Report(state, new TrialReport(0, 0, 1, [0.8, 0.5]));
        (state, _) = tuner.Propose(state, 1);

        Assert.Equal(Verdict.Continue, tuner.Report(state, new TrialReport(1, 0, 1, [0.3, 0.4])).Decision.Verdict);
        Assert.Equal(Verdict.Stop, tuner.Report(state, new TrialReport(1, 0, 1, [0.3, 0.6])).Decision.Verdict);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_value_that_is_not_finite_stops_the_trial(double value)
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);

        var (_, decision) = tuner.Report(state, new TrialReport(0, 0, 1, [value]));

        Assert.Equal(Verdict.Stop, decision.Verdict);
        Assert.Null(decision.EndsExperiment);
    }

    [Fact]
    public void The_number_of_epochs_may_depend_on_the_point()
    {
        var settings = Settings with { Epochs = "$width / 2" };

        Assert.All(Propose(settings, 10), proposal => Assert.Equal(proposal.Point!["width"].Number / 2, proposal.MaxEpochs));
    }

    [Fact]
    public void A_state_that_was_written_and_read_goes_on_the_same()
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);
        (state, _) = tuner.Report(state, new TrialReport(0, 0, 1, [0.5]));

        var read = JsonSerializer.Deserialize<TunerState>(JsonSerializer.Serialize(state, SpecJson.Options), SpecJson.Options)!;

        Assert.Equal(tuner.Propose(state, 1).Proposal, tuner.Propose(read, 1).Proposal);
        Assert.Equal(tuner.Report(state, new TrialReport(0, 1, 3, [0.6])).Decision, tuner.Report(read, new TrialReport(0, 1, 3, [0.6])).Decision);
    }

    [Fact]
    public void A_cost_is_kept_with_seven_digits()
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);

        (state, _) = tuner.End(state, new TrialEnd(0, TrialStatus.Completed, 1 / 3.0));

        Assert.Equal(0.33333334, state.Trials[0].Cost);
    }

    [Fact]
    public void A_point_that_the_user_tried_is_a_trial_that_is_not_proposed_again_and_leaves_seeded_points_their_turn()
    {
        var tried = new Point([new("optimizer", "adamw"), new("learningRate", 0.01), new("width", 8)]);
        var tuner = new Tuner(Settings with { Tuner = new TunerSpec { Points = [tried, new Point([new("width", 16)])] } });

        var (state, trial) = tuner.Add(tuner.Start(), tried);
        (state, _) = tuner.End(state, new TrialEnd(trial, TrialStatus.Completed, Values: [0.5]));
        (state, var first) = tuner.Propose(state, 1);
        (_, var second) = tuner.Propose(state, 2);

        Assert.Equal((0, Tuner.Added, 0.5), (trial, state.Trials[0].Origin, state.Trials[0].Objectives![0]));
        Assert.Equal("bandit/start", first.Origin);
        Assert.NotEqual(tried, first.Point);
        Assert.Equal((Tuner.Seeded, 16), (second.Origin, second.Point!["width"].Number));
    }

    [Fact]
    public void A_point_that_is_not_of_the_space_is_refused_with_all_that_is_wrong()
    {
        var tuner = new Tuner(Settings);

        var refused = Assert.Throws<ArgumentException>(() => tuner.Add(tuner.Start(), new Point([new("optimizer", "adam"), new("width", 9)])));

        foreach (var name in new[] { "'optimizer' is adam", "'width' is 9", "'learningRate' has no value" })
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_stands_still_has_converged()
    {
        var settings = Settings with { Convergence = new ConvergenceSpec { Rule = ConvergenceRule.Plateau, MinTrials = 3, Patience = 2 } };
        var tuner = new Tuner(settings);
        var state = tuner.Start();
        var answers = new List<string?>();

        for (var trial = 0; trial < 3; trial++)
        {
            (state, _) = tuner.Propose(state, trial);
            (state, _) = tuner.Report(state, new TrialReport(trial, 0, 1, [0.5 - trial * 0.1]));
            (state, var answer) = tuner.End(state, new TrialEnd(trial, TrialStatus.Stopped));
            answers.Add(answer.Converged);
        }

        Assert.Equal([null, null, "plateau: the last 2 trials did not improve the best value"], answers);
    }

    private static List<Proposal> Propose(SearchSettings settings, int count)
    {
        var tuner = new Tuner(settings);
        var state = tuner.Start();
        var proposals = new List<Proposal>();
        for (var trial = 0; trial < count; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            proposals.Add(proposal);
        }

        return proposals;
    }
}
