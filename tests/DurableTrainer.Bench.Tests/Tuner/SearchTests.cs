using DurableTrainer.Bench.Tuner;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tests.Tuner;

public class SearchTests
{
    private static readonly SearchTask Branin = ReferenceTasks.All[0];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void A_search_has_as_many_trials_as_it_should_and_never_gets_worse(int batch)
    {
        var run = Run(Branin, trials: 30, batch: batch);

        Assert.Equal(30, run.Best.Count);
        Assert.Equal(30, run.Origins.Count);
        Assert.All(run.Best.Zip(run.Best.Skip(1)), pair => Assert.True(pair.Second <= pair.First));
        Assert.Equal(run.Best[19], run.BestAfter(20));
    }

    [Fact]
    public void The_same_seed_finds_the_same_and_another_seed_something_else()
    {
        Assert.Equal(Run(Branin, seed: 4).Best, Run(Branin, seed: 4).Best);
        Assert.NotEqual(Run(Branin, seed: 4).Best, Run(Branin, seed: 5).Best);
    }

    [Fact]
    public void Failed_trials_have_no_value_and_are_told_as_failed()
    {
        var none = Run(Branin with { Fails = _ => true });
        var some = Run(Branin with { Fails = point => point["x0"].Number < 0 });

        Assert.All(none.Best, best => Assert.Equal(double.PositiveInfinity, best));
        Assert.True(some.Best[^1] is > 0 and < 100);
    }

    [Fact]
    public void A_search_ends_where_the_space_does()
    {
        var dice = new SearchTask
        {
            Name = "dice",
            Family = "discrete",
            Space = [new IntParameter { Name = "eyes", Min = 1, Max = 6 }],
            Value = point => Math.Abs(point["eyes"].Number - 5),
            Optimum = 0,
        };

        var run = Run(dice, trials: 30, batch: 4);

        Assert.Equal((6, 0), (run.Best.Count, run.BestAfter(30)));
    }

    [Fact]
    public void Noise_is_told_and_the_true_value_of_what_is_handed_over_counts()
    {
        var (exact, noisy) = (Run(Branin), Run(Branin with { Noise = 100 }));
        double[] values = [.. exact.Points.Select(Branin.Value)];

        Assert.Equal(exact.Points, noisy.Points);
        Assert.Equal(values.Min(), exact.Best[^1]);
        Assert.Equal(exact.Luckiest, exact.Best[^1]);
        Assert.All(noisy.Best.Skip(4), value => Assert.Contains(value, values));
        Assert.True(noisy.Best[^1] > exact.Best[^1]);
    }

    [Fact]
    public void The_tuner_hands_over_what_it_saw_at_its_best_unless_values_are_noisy()
    {
        var plain = Run(Branin);
        SearchRun[] noisy = [.. Enumerable.Range(0, 8).Select(seed => Run(Branin with { Noise = 50 }, seed: seed, trials: 40))];

        Assert.Equal(plain.Luckiest, plain.Best[^1]);
        Assert.Contains(noisy, run => run.Best[^1] != run.Luckiest);
    }

    [Fact]
    public void Proposals_are_timed_after_the_trials_that_come_first()
    {
        var search = new Search(new SearchPlan(Branin, TunerAgent.Sobol, Seed: 0, Trials: 12, Batch: 1));
        var slow = new Search(new SearchPlan(Branin, TunerAgent.Sobol, Seed: 0, Trials: 12, Batch: 1));

        Assert.True(search.ProposalMilliseconds(10, Timeout.InfiniteTimeSpan, CancellationToken.None) > 0);
        Assert.Null(slow.ProposalMilliseconds(10, TimeSpan.Zero, CancellationToken.None));
    }

    private static SearchRun Run(SearchTask task, TunerAgent agent = TunerAgent.Random, long seed = 0, int trials = 30, int batch = 1) =>
        new Search(new SearchPlan(task, agent, seed, trials, batch)).Run(CancellationToken.None);
}
