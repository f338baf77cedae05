using DurableTrainer.Api.Events;
using DurableTrainer.Api.Views;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using static DurableTrainer.Api.Tests.Story;

namespace DurableTrainer.Api.Tests.Events;

public sealed class LiveExperimentsTests : IDisposable
{
    private const string Id = "digits-1";

    private readonly Story story = new();
    private readonly LiveExperiments live;

    public LiveExperimentsTests() => live = new LiveExperiments(story.Store);

    [Fact]
    public async Task The_past_of_an_ended_experiment_is_told_in_order_to_its_end()
    {
        await story.SubmitAsync(Id, Started(), TrialStarted(0), TrialEnded(0, "completed", 1), Ended());

        Assert.Equal(["started", "trial-0/started", "trial-0/ended", "ended"], await ToEndAsync());
    }

    [Theory]
    [InlineData("trial-0/started", "trial-0/ended ended")]
    [InlineData("trial-0/ended", "ended")]
    [InlineData("ended", "")]
    [InlineData("never heard of", "started trial-0/started trial-0/ended ended")]
    public async Task It_goes_on_after_the_last_event_that_is_known_already(string after, string expected)
    {
        await story.SubmitAsync(Id, Started(), TrialStarted(0), TrialEnded(0, "completed", 1), Ended());

        Assert.Equal(expected, string.Join(' ', await ToEndAsync(after)));
    }

    [Fact]
    public async Task What_happens_is_told_as_it_happens_and_only_to_those_who_follow_that_experiment()
    {
        await story.SubmitAsync(Id, Started());
        await using var events = live.FollowAsync(Id).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());

        var next = events.MoveNextAsync();
        live.Publish("digits-2", TrialStarted(5));
        Assert.False(next.IsCompleted);
        await HappenAsync(TrialStarted(0));
        Assert.True(await next);
        Assert.Equal("trial-0/started", events.Current.Event.Id);
        await HappenAsync(Ended());
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("ended", events.Current.Event.Id);

        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task What_another_host_adds_to_the_log_is_told_where_it_is_looked_for()
    {
        var shared = new LiveExperiments(story.Store, refresh: TimeSpan.FromMilliseconds(1));
        await story.SubmitAsync(Id, Started());
        await using var events = shared.FollowAsync(Id).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());

        var next = events.MoveNextAsync();
        await story.LogAsync(Id, TrialStarted(0), TrialStarted(0));
        Assert.True(await next);
        Assert.Equal("trial-0/started", events.Current.Event.Id);
        await story.LogAsync(Id, Ended());
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("ended", events.Current.Event.Id);
        Assert.False(await events.MoveNextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_another_host_has_deleted_is_no_more(bool hasEnded)
    {
        var shared = new LiveExperiments(story.Store, refresh: TimeSpan.Zero);
        await story.SubmitAsync(Id, hasEnded ? [Started(), Ended()] : [Started()]);
        await shared.GetAsync(Id);

        await story.Store.DeleteAsync(ArtifactPaths.Experiment(Id));

        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => shared.GetAsync(Id));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => shared.GetAsync(Id));
    }

    [Fact]
    public async Task Nothing_new_for_a_while_is_told_as_nothing_however_often_it_is_looked_for()
    {
        var shared = new LiveExperiments(story.Store, refresh: TimeSpan.FromMilliseconds(1));
        await story.SubmitAsync(Id, Started());
        await using var flocks = shared.WatchAsync(Id, null, TimeSpan.FromMilliseconds(20)).GetAsyncEnumerator();
        Assert.True(await flocks.MoveNextAsync());
        Assert.Single(flocks.Current);

        Assert.True(await flocks.MoveNextAsync());
        Assert.Empty(flocks.Current);
        await story.LogAsync(Id, Ended());
        while (flocks.Current.Count == 0)
            Assert.True(await flocks.MoveNextAsync());
        Assert.Equal("ended", flocks.Current[0].Event.Id);
    }

    [Fact]
    public async Task What_is_in_the_log_and_told_live_too_is_told_once()
    {
        await story.SubmitAsync(Id, Started(), TrialStarted(0));
        await using var events = live.FollowAsync(Id).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());

        live.Publish(Id, Started());
        live.Publish(Id, TrialStarted(0));
        await HappenAsync(Ended());

        var told = new List<string> { events.Current.Event.Id };
        while (await events.MoveNextAsync())
            told.Add(events.Current.Event.Id);
        Assert.Equal(["started", "trial-0/started", "ended"], told);
    }

    [Fact]
    public async Task Followers_that_come_at_any_moment_hear_each_event_once_and_in_order()
    {
        const int Trials = 300;
        await story.SubmitAsync(Id, Started());
        var expected = (string[])["started", .. Enumerable.Range(0, Trials).Select(trial => $"trial-{trial}/started"), "ended"];

        var followers = new List<Task<IReadOnlyList<string>>>();
        for (var trial = 0; trial < Trials; trial++)
        {
            if (trial % 20 == 0)
                followers.Add(Task.Run(() => ToEndAsync()));
            await HappenAsync(TrialStarted(trial));
        }

        await HappenAsync(Ended());
        foreach (var follower in followers)
            Assert.Equal(expected, await follower);
    }

    [Fact]
    public async Task Following_ends_when_it_is_cancelled()
    {
        await story.SubmitAsync(Id, Started());
        using var cancellation = new CancellationTokenSource();
        await using var events = live.FollowAsync(Id, cancellation: cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        Assert.True(await events.MoveNextAsync());

        var next = events.MoveNextAsync();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    public void Dispose() => story.Dispose();

    private async Task HappenAsync(ExperimentEvent happened)
    {
        await story.LogAsync(Id, happened);
        live.Publish(Id, happened);
    }

    private async Task<IReadOnlyList<string>> ToEndAsync(string? after = null)
    {
        var told = new List<string>();
        await foreach (var happened in live.FollowAsync(Id, after))
            told.Add(happened.Event.Id);
        return told;
    }
}
