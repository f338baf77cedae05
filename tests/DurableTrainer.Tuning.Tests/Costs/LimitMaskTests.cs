using System.Text.Json;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Tests.Costs;

public class LimitMaskTests
{
    [Theory]
    [InlineData(TunerAgent.Bandit)]
    [InlineData(TunerAgent.Gp)]
    [InlineData(TunerAgent.Tpe)]
    [InlineData(TunerAgent.Random)]
    [InlineData(TunerAgent.Sobol)]
    [InlineData(TunerAgent.Grid)]
    public void What_is_sure_to_be_over_a_limit_is_not_tried_except_to_check(TunerAgent agent)
    {
        var state = Costly.Run(Costly.Settings(agent), 40);

        var late = state.Trials.Select((trial, i) => (trial, i)).Where(pair => pair.i >= 10 && !MaskChecks.IsCheck(pair.trial.Origin)).ToList();
        var far = late.Count(pair => Costly.Memory(PointOf(state, pair.i)) > 1.3 * Costly.Limit);
        Assert.InRange(far, 0, 3);
        Assert.Contains(state.Trials.Take(10), trial => trial.Status == TrialStatus.Failed);
    }

    [Fact]
    public void With_a_mask_far_fewer_trials_fail_and_none_of_the_gain_is_lost()
    {
        var (plain, masked, worse) = (0, 0, 0);
        for (var seed = 0; seed < 5; seed++)
        {
            var without = Costly.Run(Costly.Settings(seed: seed) with { Limits = null }, 40);
            var with = Costly.Run(Costly.Settings(seed: seed), 40);
            plain += without.Trials.Count(trial => trial.Status == TrialStatus.Failed);
            masked += with.Trials.Count(trial => trial.Status == TrialStatus.Failed);
            worse += Search.Lowest(with) > Search.Lowest(without) + 0.02 ? 1 : 0;
        }

        Assert.True(masked < 0.5 * plain, $"{masked} and {plain}");
        Assert.InRange(worse, 0, 2);
    }

    [Fact]
    public void The_same_state_gives_the_same_proposals_also_when_it_was_read_back()
    {
        var settings = Costly.Settings();
        var state = Costly.Run(settings, 25);
        var read = JsonSerializer.Deserialize<TunerState>(JsonSerializer.SerializeToUtf8Bytes(state, SpecJson.Options), SpecJson.Options)!;

        var tuner = new Tuner(settings);
        Assert.Equal(tuner.Propose(state, 25).Proposal, new Tuner(read.Settings).Propose(read, 25).Proposal);
        Assert.Equal(Search.PointsOf(state), Search.PointsOf(Costly.Run(settings, 25)));
    }

    [Fact]
    public void Without_limits_usage_is_not_kept_and_changes_nothing()
    {
        var settings = Costly.Settings() with { Limits = null };

        var state = Costly.Run(settings, 20);

        Assert.All(state.Trials, trial => Assert.Null(trial.Usage));
        Assert.Equal(Search.PointsOf(state), Search.PointsOf(Costly.Run(settings, 20, point => Costly.Memory(point) > Costly.Limit ? 1e12 : 1)));
    }

    [Theory]
    [InlineData(TunerAgent.Bandit)]
    [InlineData(TunerAgent.Tpe)]
    [InlineData(TunerAgent.Random)]
    [InlineData(TunerAgent.Grid)]
    public void Where_everything_is_too_dear_what_needs_least_is_tried_and_nothing_starves(TunerAgent agent)
    {
        var state = Costly.Run(Costly.Settings(agent, limit: 50_000_000), 16);

        Assert.Equal(16, state.Trials.Count);
        var late = Enumerable.Range(8, 8).Where(i => !MaskChecks.IsCheck(state.Trials[i].Origin)).Select(i => Costly.Memory(PointOf(state, i)));
        Assert.InRange(late.Average(), 1e8, 1.15e8);
    }

    [Fact]
    public void Seeded_points_are_tried_whatever_they_take()
    {
        var dear = new Point([new("rate", 0.01), new("kind", "a"), new("batch", 256), new("width", 128)]);
        var settings = Costly.Settings();
        var known = Costly.Run(settings, 12);
        settings = settings with { Tuner = new TunerSpec { Points = [.. Enumerable.Repeat(dear, 13)] } };

        var (_, proposal) = new Tuner(settings).Propose(known with { Settings = settings }, 12);

        Assert.Equal((Tuner.Seeded, dear), (proposal.Origin, proposal.Point));
    }

    [Fact]
    public void Now_and_then_what_is_masked_is_tried_and_says_so_as_long_as_trials_are_left_to_gain_from_it()
    {
        var states = Enumerable.Range(0, 8).Select(seed => Costly.Run(Costly.Settings(TunerAgent.Random, seed: seed, trials: 80), 50)).ToList();

        var checks = states.SelectMany(state => state.Trials.Index().Where(pair => MaskChecks.IsCheck(pair.Item.Origin))
            .Select(pair => (pair.Index, pair.Item.Origin, Memory: Costly.Memory(PointOf(state, pair.Index))))).ToList();
        Assert.InRange(checks.Count, 1, 16);
        Assert.All(checks, check => Assert.InRange(check.Index, UsageModel.Fewest, 50));
        Assert.All(checks, check => Assert.Equal("random, unmasked to check the mask", check.Origin));
        Assert.All(checks, check => Assert.True(check.Memory > 0.9 * Costly.Limit));
    }

    [Fact]
    public void A_mask_that_was_wrong_must_be_surer()
    {
        var state = Costly.Run(Costly.Settings(), 20);
        TunerState Checked(int fitted, int kept) => state with
        {
            Trials = [.. state.Trials.Select((trial, i) => i < fitted + kept
                ? trial with
                {
                    Origin = MaskChecks.Marked("bandit/gp"),
                    Status = i < fitted ? TrialStatus.Completed : TrialStatus.Failed,
                    Usage = new TrialUsage { MemoryBytes = i < fitted ? Costly.Limit / 2 : 2 * Costly.Limit },
                }
                : trial with { Origin = MaskChecks.WithoutMark(trial.Origin) })],
        };
        double Chance(int fitted, int kept) => MaskChecks.Chance(Checked(fitted, kept), (_, usage) => usage.MemoryBytes <= Costly.Limit);

        Assert.Equal(0.05, Chance(0, 0), 12);
        Assert.Equal(0.05, Chance(0, 5), 12);
        Assert.Equal(0.0125, Chance(1, 0), 12);
        Assert.InRange(Chance(1, 10), 0.0125, 0.05);
        Assert.Equal(1e-6, Chance(15, 0), 12);
    }

    [Fact]
    public void A_mask_fades_where_what_it_forbids_fits()
    {
        // What a small part of the space seems to say does not go on: nothing ever takes more than the limit.
        static double Levels(Point point) => Math.Min(Costly.Memory(point), 0.95 * Costly.Limit);
        var settings = Costly.Settings(TunerAgent.Random);
        var (tuner, random) = (new Tuner(settings), new KeyedRandom(5, "fades"));
        var state = tuner.Start();
        for (var trial = 0; trial < 60; trial++)
        {
            var point = Costly.Draw(random);
            if (trial < 20 && Costly.Memory(point) > 0.9 * Costly.Limit)
            {
                trial--;
                continue;
            }

            (state, _) = tuner.Add(state, point);
            state = Costly.End(tuner, state, trial, point, Levels(point));
            if (trial == 19)
                Assert.InRange(ShareMasked(state), 0.1, 1);
        }

        Assert.InRange(ShareMasked(state), 0, 0.01);
    }

    [Fact]
    public void Times_count_for_all_epochs_of_a_trial()
    {
        var settings = Costly.Settings() with { Limits = new LimitsSpec { CpuTime = TimeSpan.FromSeconds(100) }, Epochs = "$width" };
        var tuner = new Tuner(settings);
        var (state, random) = (tuner.Start(), new KeyedRandom(4, "times"));
        for (var trial = 0; trial < 20; trial++)
        {
            (state, _) = tuner.Add(state, Costly.Draw(random));
            var used = new Usage(TimeSpan.Zero, TimeSpan.FromSeconds(4), 0, 2);
            (state, _) = tuner.End(state, new TrialEnd(trial, TrialStatus.Completed, Values: [trial], Usage: used));
        }

        // Two seconds an epoch: fifty epochs fit.
        var mask = LimitMask.Known(new UnitSpace(settings), state)!;
        Assert.True(mask.Forbids(At(64)));
        Assert.False(mask.Forbids(At(40)));

        static Point At(int width) => new([new("rate", 0.01), new("kind", "a"), new("batch", 64), new("width", width)]);
    }

    [Fact]
    public void What_a_failed_trial_used_counts_where_it_is_beyond_a_limit()
    {
        var limits = new LimitsSpec { Memory = new MemorySize(1000), CpuTime = TimeSpan.FromSeconds(10) };
        var used = new Usage(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(6), 900, 3);

        Assert.Equal(new TrialUsage { CpuTime = 2, WallClock = 2 }, TrialUsage.Of(used, hasFailed: true, limits));
        Assert.Equal(new TrialUsage { MemoryBytes = 900, CpuTime = 2, WallClock = 2 }, TrialUsage.Of(used, hasFailed: false, limits));
        Assert.Equal(1100, TrialUsage.Of(used with { PeakMemoryBytes = 1100 }, hasFailed: true, limits)!.MemoryBytes);
        Assert.Null(TrialUsage.Of(used with { Epochs = 0 }, hasFailed: true, limits));
        Assert.Equal(12, TrialUsage.Of(used with { CpuTime = TimeSpan.FromSeconds(12), Epochs = 0 }, hasFailed: true, limits)!.CpuTime);
        Assert.Null(TrialUsage.Of(Usage.None, hasFailed: false, null));
    }

    private static Point PointOf(TunerState state, int trial) => Search.PointsOf(state)[trial];

    private static double ShareMasked(TunerState state)
    {
        var (mask, random) = (LimitMask.Known(new UnitSpace(state.Settings), state), new KeyedRandom(9, "share"));
        return Enumerable.Range(0, 300).Count(_ => mask?.Forbids(Costly.Draw(random)) is true) / 300.0;
    }
}
