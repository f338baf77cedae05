using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Workers.Tests.Pool;

public class WorkerPlacesTests
{
    private readonly ManualTime time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task Shares_follow_weights(int count)
    {
        using var places = new WorkerPlaces(count, time);
        var served = new Dictionary<string, int> { ["small"] = 0, ["large"] = 0 };
        var held = (await Task.WhenAll(Enumerable.Range(0, count).Select(_ => places.TakeAsync("first", new PoolShare("first", 1), default)))).ToList();
        var wants = Enumerable.Range(0, 60).SelectMany(_ => new[] { WantAsync("small", 1), WantAsync("large", 2) }).ToList();

        // As long as there are enough of both who want a place.
        for (var turn = 0; turn < 60 / Math.Max(2, count); turn++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            held.ForEach(place => place.Dispose());
            held.Clear();
            while (held.Count < count)
            {
                var next = await Task.WhenAny(wants);
                wants.Remove(next);
                var (tenant, place) = await next;
                served[tenant]++;
                held.Add(place);
            }
        }

        Assert.InRange((double)served["large"] / served["small"], 1.7, 2.3);

        async Task<(string Tenant, IDisposable Place)> WantAsync(string tenant, double weight) =>
            (tenant, await places.TakeAsync(tenant, new PoolShare(tenant, weight), default));
    }

    [Fact]
    public async Task Of_one_tenant_no_experiment_starves_however_many_slices_another_asks_for()
    {
        using var places = new WorkerPlaces(1, time);
        var held = await places.TakeAsync("greedy", null, default);
        var order = new List<string>();
        var wants = Enumerable.Repeat("greedy", 5).Append("modest").Select(UseAsync).ToList();

        time.Advance(TimeSpan.FromSeconds(1));
        held.Dispose();
        await Task.WhenAll(wants);

        Assert.Equal("modest", order[0]);

        async Task UseAsync(string experiment)
        {
            using var place = await places.TakeAsync(experiment, null, default);
            order.Add(experiment);
        }
    }

    [Fact]
    public async Task Who_gives_up_is_not_served_and_takes_no_place()
    {
        using var places = new WorkerPlaces(1, time);
        var held = await places.TakeAsync("a", null, default);
        using var stop = new CancellationTokenSource();
        var gaveUp = places.TakeAsync("b", null, stop.Token);
        var waits = places.TakeAsync("c", null, default);
        Assert.Equal(2, places.Waiting);

        await stop.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => gaveUp);
        held.Dispose();
        held.Dispose();

        (await waits).Dispose();
        Assert.Equal(0, places.Waiting);
        (await places.TakeAsync("d", null, default)).Dispose();
    }
}
