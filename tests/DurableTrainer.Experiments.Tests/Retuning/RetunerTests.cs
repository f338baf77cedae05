using DurableTrainer.Engine.Tests;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Retuning;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Experiments.Tests.Retuning;

/// <summary>Repetition on a clock that is turned by hand, which starts on the first of January at midnight.</summary>
public sealed class RetunerTests : IDisposable
{
    private const string AtThree = """{ "retune": { "schedule": "0 0 3 * * *" }, "budget": { "trials": 1 } }""";

    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    [Fact]
    public async Task Over_thirty_days_with_restarts_each_due_time_runs_once()
    {
        var random = new Random(30);
        var lab = await OpenAsync(AtThree);
        try
        {
            await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));
            var retuner = RetunerOf(lab);
            for (var hour = 0; hour < 30 * 24; hour++)
            {
                if (random.Next(20) == 0)
                {
                    await lab.DisposeAsync();
                    lab = await OpenAsync(AtThree);
                    retuner = RetunerOf(lab);
                }

                time.Advance(TimeSpan.FromHours(1));
                foreach (var retuning in await retuner.RunDueAsync())
                    await lab.EndAsync(retuning.Experiment!);
            }

            var started = new List<DateTimeOffset>();
            foreach (var number in await ExperimentIds.NumbersOfAsync(lab.Store, "curve"))
                started.Add((await lab.EventsAsync($"curve-{number}"))[0].Time);
            DateTimeOffset first = started.Min();
            Assert.Equal(
                [.. Enumerable.Range(0, 30).Select(day => first.Date.AddDays(day).AddHours(3))],
                started.Where(at => at != first).Order().Select(at => at.UtcDateTime));
        }
        finally
        {
            await lab.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_was_missed_many_times_runs_once_and_starts_from_what_was_found()
    {
        await using var lab = await OpenAsync(AtThree);
        await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));
        time.Advance(TimeSpan.FromDays(10));

        var retuning = Assert.Single(await RetunerOf(lab).RunDueAsync());
        Assert.Empty(await RetunerOf(lab).RunDueAsync());

        Assert.Equal(("curve", "curve-2", new DateTime(2026, 1, 10, 3, 0, 0)), (retuning.Name, retuning.Experiment, retuning.Due.UtcDateTime));
        await lab.EndAsync("curve-2");
        Assert.Equal(["curve-1"], (await SpecArtifact.ReadAsync(lab.Store, "curve-2", default)).Tuner.TransferFrom);
        Assert.Empty(await RetunerOf(lab).RunDueAsync());
    }

    [Fact]
    public async Task Of_several_hosts_that_look_at_the_same_time_one_starts_it()
    {
        await using var lab = await OpenAsync(AtThree);
        await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));
        time.Advance(TimeSpan.FromDays(1));

        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RetunerOf(lab).RunDueAsync())));

        Assert.All(started.SelectMany(one => one), retuning => Assert.Equal("curve-2", retuning.Experiment));
        Assert.Equal([1, 2], (await ExperimentIds.NumbersOfAsync(lab.Store, "curve")).Order());
    }

    [Fact]
    public async Task While_it_runs_it_is_not_repeated()
    {
        await using var lab = await OpenAsync(AtThree);
        var mayGoOn = new TaskCompletionSource();
        lab.RunSlice = async (slice, _) =>
        {
            await mayGoOn.Task;
            return await Curves.RunAsync(lab.Store, lab.Experiment, slice);
        };
        var id = await lab.Client.SubmitAsync(lab.Experiment);
        time.Advance(TimeSpan.FromDays(2));

        Assert.Empty(await RetunerOf(lab).RunDueAsync());
        mayGoOn.SetResult();
        await lab.EndAsync(id);

        Assert.Equal("curve-2", Assert.Single(await RetunerOf(lab).RunDueAsync()).Experiment);
    }

    [Fact]
    public async Task Data_that_is_gone_is_told_once_and_looked_for_again()
    {
        await using var lab = await OpenAsync(AtThree);
        await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));
        time.Advance(TimeSpan.FromDays(1));
        File.Delete(folder.At("points.csv"));
        var retuner = RetunerOf(lab);

        var refused = Assert.Single(await retuner.RunDueAsync());
        Assert.Empty(await retuner.RunDueAsync());
        File.WriteAllLines(folder.At("points.csv"), Enumerable.Range(0, 32).Select(i => $"{i},{i % 3},{i % 2}"));
        var started = Assert.Single(await retuner.RunDueAsync());

        Assert.Null(refused.Experiment);
        Assert.Contains("points.csv", refused.Problem, StringComparison.Ordinal);
        Assert.Equal("curve-2", started.Experiment);
    }

    [Fact]
    public async Task The_newest_experiment_of_a_name_says_whether_there_is_a_schedule()
    {
        await using var lab = await OpenAsync(AtThree);
        await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));
        var without = lab.Experiment with { Spec = lab.Experiment.Spec with { Retune = null } };
        await lab.EndAsync(await lab.Client.SubmitAsync(without));
        time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(await RetunerOf(lab).RunDueAsync());
    }

    [Fact]
    public async Task A_repetition_that_was_deleted_does_not_come_back()
    {
        await using var lab = await OpenAsync(AtThree);
        await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));
        time.Advance(TimeSpan.FromDays(1));
        await lab.EndAsync(Assert.Single(await RetunerOf(lab).RunDueAsync()).Experiment!);
        await lab.Client.DeleteAsync("curve-2");

        Assert.Empty(await RetunerOf(lab).RunDueAsync());
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("curve-3", Assert.Single(await RetunerOf(lab).RunDueAsync()).Experiment);
    }

    public void Dispose() => folder.Dispose();

    private async Task<Laboratory> OpenAsync(string changes)
    {
        var lab = new Laboratory(folder, changes) { Time = time };
        await lab.StartAsync(onDisk: true);
        return lab;
    }

    private Retuner RetunerOf(Laboratory lab) => new(lab.Client, lab.Store, ["cpu"], AllowedCommands.None, time);
}
