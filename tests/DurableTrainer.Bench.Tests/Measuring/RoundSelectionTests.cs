using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Tests.Measuring;

public class RoundSelectionTests
{
    [Fact]
    public void Rounds_in_which_others_took_more_than_their_share_do_not_count()
    {
        var selection = RoundSelection.Of([Round(0.3, 1), Round(0.01, 5), Round(0.04, 7), Round(0.041, 2), Round(0, 6)], wanted: 3);

        Assert.Equal(6, selection.Median(0));
        Assert.Equal((3, 2, false), (selection.Count, selection.ThrownAway, selection.IsNoisy));
        Assert.Equal(0.04, selection.Others);
    }

    [Fact]
    public void Without_enough_quiet_rounds_the_quietest_count_and_that_is_said()
    {
        var selection = RoundSelection.Of([Round(0.5, 1), Round(0.01, 10), Round(0.06, 30), Round(0.2, 20), Round(0.9, 2)], wanted: 3);

        Assert.Equal(20, selection.Median(0));
        Assert.True(selection.IsNoisy);
        Assert.Equal(0.2, selection.Others);
    }

    [Fact]
    public void Where_the_system_does_not_tell_of_others_every_round_counts()
    {
        var selection = RoundSelection.Of([Round(null, 3), Round(null, 1), Round(null, 2)], wanted: 3);

        Assert.Equal(2, selection.Median(0));
        Assert.Equal((3, 0, false), (selection.Count, selection.ThrownAway, selection.IsNoisy));
        Assert.Null(selection.Others);
    }

    [Fact]
    public void A_ratio_compares_what_happened_in_the_same_round()
    {
        // The machine is half as fast in the second round and a quarter in the third; the first contestant is always twice the other.
        var selection = RoundSelection.Of([Round(0, 8, 4), Round(0, 4, 2), Round(0, 2, 1)], wanted: 3);

        Assert.Equal(2, selection.MedianRatio(0, 1));
    }

    [Fact]
    public async Task Measuring_goes_on_until_enough_rounds_were_quiet()
    {
        // Per round: others take 50, 1, 50, 2 and 3 percent of a processor.
        var machine = new BusyMachine(50, 1, 50, 2, 3, 4);

        var selection = await RoundSelection.MeasureAsync(new RoundPlan(3, 10, 1.5), [machine.RunAsync], machine.Read, () => 0);

        Assert.Equal(5, machine.Rounds);
        Assert.Equal((3, 2, false), (selection.Count, selection.ThrownAway, selection.IsNoisy));
        Assert.Equal(0.03, selection.Others!.Value, 6);
    }

    [Fact]
    public async Task Measuring_gives_up_where_it_is_never_quiet()
    {
        var machine = new BusyMachine(50, 40, 1, 60, 70, 80, 90);

        var selection = await RoundSelection.MeasureAsync(new RoundPlan(2, 4, 1.5), [machine.RunAsync], machine.Read, () => 0);

        Assert.Equal(4, machine.Rounds);
        Assert.True(selection.IsNoisy);
        Assert.Equal(0.4, selection.Others!.Value, 6);
    }

    [Fact]
    public async Task A_round_in_which_processors_were_missing_does_not_count()
    {
        // After each of the two turns of a round.
        var missing = new Queue<double>([0.02, 0.5, 0, 0.03, 0.3, 0, 0.05, 0.03]);
        var turn = 0;
        Task<double> RunAsync(double seconds) => Task.FromResult((double)turn++);

        var selection = await RoundSelection.MeasureAsync(new RoundPlan(2, 4, 1), [RunAsync, RunAsync], () => null, missing.Dequeue);

        Assert.Equal((2, 2, false), (selection.Count, selection.ThrownAway, selection.IsNoisy));
        Assert.Equal(0.04, selection.Missing);
        Assert.Equal(5, selection.Median(0));
    }

    [Fact]
    public async Task Contestants_take_turns_and_the_order_turns_round()
    {
        var order = new List<string>();
        Func<double, Task<double>> Contestant(string name, double value) => _ =>
        {
            order.Add(name);
            return Task.FromResult(value);
        };

        var selection = await RoundSelection.MeasureAsync(
            new RoundPlan(3, 3, 1), [Contestant("a", 1), Contestant("b", 2), Contestant("c", 3)], () => null, () => 0);

        Assert.Equal("abccbaabc", string.Concat(order));
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(selection.Median));
    }

    private static Round Round(double? others, params double[] values) => new(values, others);

    /// <summary>One processor of which others take so many percent in each round, and the contestant the rest.</summary>
    private sealed class BusyMachine(params int[] others)
    {
        private ProcessorTime time;

        public int Rounds { get; private set; }

        public ProcessorTime? Read() => time;

        public Task<double> RunAsync(double seconds)
        {
            Assert.Equal(1.5, seconds);
            var own = TimeSpan.FromSeconds(1 - others[Rounds++] / 100.0);
            time = new ProcessorTime(time.Busy + 100, time.All + 100, time.Own + own);
            return Task.FromResult(1.0);
        }
    }
}
