using DurableTrainer.Bench.Tuner;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tests.Tuner;

public class TournamentTests
{
    private static readonly TunerSettings Settings = new()
    {
        Tasks = [.. ReferenceTasks.All.Take(3)],
        Agents = [TunerAgent.Random, TunerAgent.Sobol],
        Seeds = 3,
        Trials = 8,
    };

    [Fact]
    public async Task Threads_change_neither_what_is_found_nor_the_order_in_which_it_is_told()
    {
        var (alone, together) = (new List<SearchRun>(), new List<SearchRun>());

        await Tournament.RunAsync(Settings, alone.Add, CancellationToken.None);
        var returned = await Tournament.RunAsync(Settings with { Threads = 8 }, together.Add, CancellationToken.None);

        Assert.Equal(Tournament.Plans(Settings), alone.Select(run => run.Plan));
        Assert.Equal(Tournament.Plans(Settings), together.Select(run => run.Plan));
        Assert.Equal(together, returned);
        Assert.Equal(alone.SelectMany(run => run.Best), together.SelectMany(run => run.Best));
    }

    [Fact]
    public async Task When_time_has_run_out_nothing_more_is_started() =>
        Assert.Empty(await Tournament.RunAsync(Settings with { Patience = TimeSpan.Zero }, _ => Assert.Fail("started"), CancellationToken.None));

    [Fact]
    public void Batches_are_run_beside_single_proposals()
    {
        var plans = Tournament.Plans(Settings with { Batch = 4 }).ToList();

        Assert.Equal(36, plans.Count);
        Assert.Equal([1, 4, 1, 4], plans.Take(4).Select(plan => plan.Batch));
    }
}
