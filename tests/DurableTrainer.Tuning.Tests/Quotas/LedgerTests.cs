using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Tuning.Tests.Quotas;

public class LedgerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_too_much_is_named_with_asked_used_reserved_and_allowed_and_nothing_is_held()
    {
        var quota = Of((Resource.CpuTime, 100), (Resource.Workers, 4));
        var state = Let(new LedgerState(), "a", quota, (Resource.CpuTime, 70), (Resource.Workers, 3));
        (state, _) = Ledger.Settle(state, Slice("a", 0, 0, seconds: 20));

        var (after, answer) = Ledger.Admit(state, Ask("b", quota, OnExceed.Reject, (Resource.CpuTime, 40), (Resource.Workers, 2)));

        Assert.Equal(AdmissionVerdict.Rejected, answer.Verdict);
        Assert.Equal(
            [new Excess(Resource.Workers, 2, 0, 3, 4), new Excess(Resource.CpuTime, 40, 20, 50, 100)],
            answer.Exceeded);
        Assert.Equal(
            "the quota of tenant 'lab' is exceeded: workers asked 2, used 0, reserved 3, allowed 4; cpuTime asked 40 s, used 20 s, reserved 50 s, allowed 100 s",
            answer.Reason("lab"));
        Assert.Equal(["a"], after.Running.Select(holding => holding.Experiment));
        Assert.Empty(after.Waiting);
    }

    [Fact]
    public void What_has_no_bound_is_refused_where_the_quota_has_one_and_told_how_to_bound_it()
    {
        var (_, answer) = Ledger.Admit(new LedgerState(), Ask("a", Of((Resource.CpuTime, 100), (Resource.Memory, 1 << 30)), OnExceed.Queue));

        Assert.Equal(AdmissionVerdict.Rejected, answer.Verdict);
        Assert.Equal(
            ["memory asked without a bound (give limits.memory), used 0 MiB, reserved 0 MiB, allowed 1GiB", "cpuTime asked without a bound (give budget.cpuTime or limits.cpuTime), used 0 s, reserved 0 s, allowed 100 s"],
            answer.Exceeded.Select(excess => excess.ToString()));
    }

    [Fact]
    public void Without_a_quota_everybody_is_let_in_and_what_they_use_is_counted()
    {
        var state = Let(new LedgerState(), "a", Quota.Unlimited);

        (state, var spent) = Ledger.Settle(state, Slice("a", 0, 0, seconds: 1e6));

        Assert.Null(spent);
        Assert.Equal(1_000_000, state.Used.Of(Resource.CpuTime));
    }

    [Fact]
    public void A_question_asked_twice_gets_the_same_answer_and_holds_nothing_twice()
    {
        var quota = Of((Resource.Experiments, 1));
        var state = Let(new LedgerState(), "a", quota, (Resource.Experiments, 1));

        state = Let(state, "a", quota, (Resource.Experiments, 1));

        Assert.Single(state.Running);
    }

    [Fact]
    public void A_slice_is_charged_once_however_often_it_is_settled_and_in_whatever_order_trials_end()
    {
        var state = Let(new LedgerState(), "a", Quota.Unlimited);
        var random = new KeyedRandom(5, "ledger");
        Settlement[] slices = [.. Enumerable.Range(0, 30).SelectMany(trial => Enumerable.Range(0, 1 + trial % 3).Select(slice => Slice("a", trial, slice, trial + slice * 0.25)))];

        foreach (var slice in slices)
        {
            for (var times = 1 + random.NextInt32(3); times > 0; times--)
                (state, _) = Ledger.Settle(state, slice);
            var earlier = slices[random.NextInt32(Array.IndexOf(slices, slice) + 1)];
            (state, _) = Ledger.Settle(state, earlier);
            if (random.NextDouble() < 0.5 && slice.Slice == slice.Trial % 3)
                state = Ledger.EndTrial(state, new SettledTrial("a", slice.Trial));
        }

        Assert.Equal(slices.Sum(slice => (decimal)slice.Usage.CpuTime.TotalSeconds), state.Used.Of(Resource.CpuTime));
        Assert.Equal(slices.Length, state.Running[0].Slices);
    }

    [Fact]
    public void Trials_that_have_ended_take_no_room()
    {
        var settled = new SettledTrials();
        foreach (var trial in (int[])[1, 0, 4, 2])
            settled = settled.With(trial, 0, 1).WithEnded(trial);

        Assert.Equal((3, "4", 0), (settled.EndedBefore, string.Join(',', settled.Ended), settled.Open.Count));
        Assert.True(settled.Contains(0, 99) && settled.Contains(4, 0));
        Assert.False(settled.Contains(3, 0));
        Assert.Equal(settled.EndedBefore, settled.WithEnded(1).EndedBefore);
    }

    [Fact]
    public void What_is_nearly_spent_is_told_before_it_is_exceeded()
    {
        var state = Let(new LedgerState(), "a", Of((Resource.CpuTime, 100)), (Resource.CpuTime, 100));
        string? spent = null;
        var slices = 0;

        while (spent is null)
            (state, spent) = Ledger.Settle(state, Slice("a", 0, slices++, seconds: 15));

        Assert.Equal((6, 90m), (slices, state.Used.Of(Resource.CpuTime)));
        Assert.Equal("quota: cpuTime is nearly spent: used 90 s, reserved for others 0 s, allowed 100 s; 1 epochs more would take about 15 s", spent);
    }

    [Fact]
    public void All_slices_that_run_must_have_room_as_long_as_they_are()
    {
        var state = Let(new LedgerState(), "a", Of((Resource.CpuTime, 100)), (Resource.CpuTime, 100));
        (state, _) = Ledger.Settle(state, Slice("a", 0, 0, seconds: 10) with { NextEpochs = 5 });

        (state, var begun) = Ledger.Begin(state, new TrialStart("a", 1, 4, Now));
        (_, var oneMore) = Ledger.Begin(state, new TrialStart("a", 2, 1, Now));
        (state, var again) = Ledger.Begin(state, new TrialStart("a", 1, 4, Now));

        Assert.Null(begun);
        Assert.Null(again);
        Assert.Equal("quota: cpuTime is nearly spent: used 10 s, reserved for others 0 s, allowed 100 s; 10 epochs more would take about 100 s", oneMore);
    }

    [Fact]
    public void Once_it_is_nearly_spent_nothing_more_starts()
    {
        var state = Let(new LedgerState(), "a", Of((Resource.CpuTime, 100)), (Resource.CpuTime, 100));
        (state, _) = Ledger.Settle(state, Slice("a", 0, 0, seconds: 10) with { NextEpochs = 50 });

        (_, var spent) = Ledger.Settle(state, Slice("a", 0, 1, seconds: 0) with { NextEpochs = 0 });

        Assert.NotNull(spent);
    }

    [Fact]
    public void What_was_not_used_is_given_back()
    {
        var quota = Of((Resource.CpuTime, 100), (Resource.Storage, 1000));
        var state = Let(new LedgerState(), "a", quota, (Resource.CpuTime, 80), (Resource.Storage, 900));
        (state, _) = Ledger.Settle(state, Slice("a", 0, 0, seconds: 10));

        state = Ledger.Leave(state, new Departure("a", 200, Now));
        state = Ledger.Leave(state, new Departure("a", 200, Now));

        Assert.Equal((10m, 200m), (state.Used.Of(Resource.CpuTime), Ledger.UsedOf(state, Resource.Storage)));
        Assert.Equal(AdmissionVerdict.Admitted, Ledger.Admit(state, Ask("b", quota, OnExceed.Reject, (Resource.CpuTime, 90), (Resource.Storage, 800))).Answer.Verdict);
        Assert.Equal(AdmissionVerdict.Rejected, Ledger.Admit(state, Ask("b", quota, OnExceed.Reject, (Resource.CpuTime, 90.1m), (Resource.Storage, 800))).Answer.Verdict);
    }

    [Fact]
    public void Who_waits_is_let_in_in_the_order_in_which_they_came_and_nobody_overtakes()
    {
        var quota = Of((Resource.Workers, 4));
        var state = Let(new LedgerState(), "a", quota, (Resource.Workers, 3));
        (state, var big) = Ledger.Admit(state, Ask("big", quota, OnExceed.Queue, (Resource.Workers, 4)));
        (state, var small) = Ledger.Admit(state, Ask("small", quota, OnExceed.Queue, (Resource.Workers, 1)));
        (state, var hasty) = Ledger.Admit(state, Ask("hasty", quota, OnExceed.Reject, (Resource.Workers, 1)));
        Assert.Equal((AdmissionVerdict.Waiting, AdmissionVerdict.Waiting, AdmissionVerdict.Rejected), (big.Verdict, small.Verdict, hasty.Verdict));

        state = Ledger.Leave(state, new Departure("a", 0, Now));
        (state, small) = Ledger.Admit(state, Ask("small", quota, OnExceed.Queue, (Resource.Workers, 1)));
        (state, big) = Ledger.Admit(state, Ask("big", quota, OnExceed.Queue, (Resource.Workers, 4)));

        Assert.Equal((AdmissionVerdict.Waiting, AdmissionVerdict.Admitted), (small.Verdict, big.Verdict));
        state = Ledger.Leave(state, new Departure("big", 0, Now));
        Assert.Equal(AdmissionVerdict.Admitted, Ledger.Admit(state, Ask("small", quota, OnExceed.Queue, (Resource.Workers, 1))).Answer.Verdict);
    }

    [Fact]
    public void What_would_never_fit_does_not_wait()
    {
        var (state, answer) = Ledger.Admit(new LedgerState(), Ask("a", Of((Resource.Workers, 2)), OnExceed.Queue, (Resource.Workers, 3)));

        Assert.Equal(AdmissionVerdict.Rejected, answer.Verdict);
        Assert.Empty(state.Waiting);
    }

    [Theory]
    [InlineData(QuotaPeriod.Day, "2026-03-04", "2026-03-05T00:00:01Z")]
    [InlineData(QuotaPeriod.Week, "2026-03-02", "2026-03-09T00:00:01Z")]
    [InlineData(QuotaPeriod.Month, "2026-03-01", "2026-04-01T00:00:01Z")]
    public void In_a_new_period_what_was_used_may_be_used_again_and_what_runs_keeps_its_share(QuotaPeriod period, string start, string later)
    {
        var quota = Of((Resource.CpuTime, 100)) with { Period = period };
        var state = Let(new LedgerState(), "a", quota, (Resource.CpuTime, 90));
        (state, _) = Ledger.Settle(state, Slice("a", 0, 0, seconds: 50));
        Assert.Equal(start, $"{state.PeriodStart:yyyy-MM-dd}");

        (state, _) = Ledger.Settle(state, Slice("a", 0, 1, seconds: 7) with { Now = DateTimeOffset.Parse(later, null) });

        Assert.Equal(7, state.Used.Of(Resource.CpuTime));
        Assert.Equal(33, state.Running[0].Reserved.Of(Resource.CpuTime));
    }

    [Fact]
    public void Money_is_what_time_costs()
    {
        var quota = Of((Resource.Money, 1)) with { Prices = new Prices { CpuHour = 0.36m } };
        var state = Let(new LedgerState(), "a", quota, (Resource.Money, 1));

        (state, _) = Ledger.Settle(state, Slice("a", 0, 0, seconds: 500));

        Assert.Equal(0.05m, state.Used.Of(Resource.Money));
    }

    [Fact]
    public void Books_survive_being_written_and_read()
    {
        var quota = Of((Resource.CpuTime, 100), (Resource.Money, 2.5m)) with { Period = QuotaPeriod.Week, Weight = 2, Prices = new Prices { CpuHour = 0.04m } };
        var state = Let(new LedgerState(), "a", quota, (Resource.CpuTime, 80), (Resource.Money, 1));
        (state, _) = Ledger.Settle(state, Slice("a", 3, 0, seconds: 0.1234567));
        state = Ledger.EndTrial(state, new SettledTrial("a", 3));

        var read = System.Text.Json.JsonSerializer.Deserialize<LedgerState>(System.Text.Json.JsonSerializer.Serialize(state, SpecJson.Options), SpecJson.Options)!;

        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(state, SpecJson.Options), System.Text.Json.JsonSerializer.Serialize(read, SpecJson.Options));
        Assert.Equal((state.Quota, state.Used, state.PeriodStart), (read.Quota, read.Used, read.PeriodStart));
        Assert.Equal(0.1234567m, read.Used.Of(Resource.CpuTime));
    }

    private static Quota Of(params (Resource Resource, decimal Amount)[] allowed) => new() { Allowed = Amount(allowed) };

    private static Amounts Amount((Resource Resource, decimal Amount)[] amounts) =>
        amounts.Aggregate(Amounts.None, (sum, pair) => sum.With(pair.Resource, pair.Amount));

    private static AdmissionRequest Ask(string experiment, Quota quota, OnExceed onExceed, params (Resource, decimal)[] asked) =>
        new(experiment, Amount(asked), onExceed, quota, Now);

    private static LedgerState Let(LedgerState state, string experiment, Quota quota, params (Resource, decimal)[] asked)
    {
        var (next, answer) = Ledger.Admit(state, Ask(experiment, quota, OnExceed.Reject, asked));
        Assert.Equal(AdmissionVerdict.Admitted, answer.Verdict);
        return next;
    }

    private static Settlement Slice(string experiment, int trial, int slice, double seconds) =>
        new(experiment, trial, slice, new Usage(TimeSpan.Zero, TimeSpan.FromSeconds(seconds), 0, 1), NextEpochs: 1, Now);
}
