using DurableTrainer.Core.Space;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Activities;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Tests.Activities;

/// <summary>Activities that run twice, as after a crash between what they did and its acknowledgement.</summary>
public sealed class EventLogTests : IDisposable
{
    private static readonly ActivityContext Context = new("curve-1", "any", 1);

    private readonly TemporaryFolder folder = new();
    private readonly List<string> happened = [];
    private readonly FolderStore store;

    public EventLogTests() => store = new FolderStore(folder.Path);

    [Fact]
    public async Task An_event_is_logged_and_told_once_in_the_order_of_its_first_time()
    {
        var log = Log();
        await new RecordEventsActivity(log).RunAsync(Context, new EventBatch("curve-1", [Event("a")]), default);
        await new RecordEventsActivity(log).RunAsync(Context, new EventBatch("curve-1", [Event("a"), Event("b")]), default);
        await new RecordEventsActivity(log).RunAsync(Context, new EventBatch("other-1", [Event("a")]), default);
        var reopened = Log();

        await new RecordEventsActivity(reopened).RunAsync(Context, new EventBatch("curve-1", [Event("b"), Event("c"), Event("a")]), default);

        Assert.Equal(["curve-1 a", "curve-1 b", "other-1 a", "curve-1 c"], happened);
        Assert.Equal(["a", "b", "c"], await IdsAsync());
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_off_is_logged_again()
    {
        await Log().AppendAsync("curve-1", [Event("a"), Event("b")], default);
        var file = folder.At(ArtifactPaths.Events("curve-1"));
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^5]);

        await Log().AppendAsync("curve-1", [Event("a"), Event("b")], default);

        Assert.Equal(["a", "b"], await IdsAsync());
    }

    [Fact]
    public async Task Events_of_many_at_once_are_each_logged_once()
    {
        var log = Log();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => log.AppendAsync("curve-1", [Event($"{i % 20}")], default)));

        Assert.Equal(20, (await IdsAsync()).Count);
        Assert.Equal(await IdsAsync(), happened.Select(line => line.Split(' ')[1]));
    }

    [Fact]
    public async Task A_trial_that_is_ended_twice_leaves_the_same_files()
    {
        var checkpoint = ArtifactPaths.Checkpoint("curve-1", 0, 4);
        await store.WriteAsync(checkpoint, new byte[] { 1 });
        await store.WriteAsync(ArtifactPaths.Checkpoint("curve-1", 0, 8), new byte[] { 2 });
        var ending = new TrialEnding("curve-1", new TrialSummary
        {
            Trial = 0,
            Status = TrialStatus.Completed,
            Point = Point.Empty,
            Origin = "sobol",
            Epochs = 8,
            Metrics = new Dictionary<string, double> { ["train.loss"] = double.PositiveInfinity },
            Checkpoint = checkpoint,
        }, [], [Event("trial-0/slice-1"), Event("trial-0/ended")]);
        await new EndTrialActivity(store, Log()).RunAsync(Context, ending, default);
        var once = await FilesAsync();

        await new EndTrialActivity(store, Log()).RunAsync(Context, ending, default);

        Assert.Equal(once, await FilesAsync());
        Assert.Contains(checkpoint, once.Keys);
        Assert.Equal(3, once.Count);
        Assert.Equal(["curve-1 trial-0/slice-1", "curve-1 trial-0/ended"], happened);
    }

    public void Dispose() => folder.Dispose();

    private static ExperimentEvent Event(string id) => new() { Id = id, Time = DateTimeOffset.UnixEpoch, Type = ExperimentEventType.SliceEnded };

    private EventLog Log() => new(store, (experiment, e) => happened.Add($"{experiment} {e.Id}"));

    private async Task<IReadOnlyList<string>> IdsAsync() =>
        [.. (await store.ReadLinesAsync(ArtifactPaths.Events("curve-1"))).Select(line => ArtifactJson.Read<ExperimentEvent>(line).Id)];

    private async Task<Dictionary<string, string>> FilesAsync()
    {
        var files = new Dictionary<string, string>();
        foreach (var path in await store.ListAsync(""))
            files[path] = Convert.ToBase64String((await store.ReadAsync(path))!);
        return files;
    }
}
