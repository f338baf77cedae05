using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests;

public class ExperimentClientTests
{
    [Fact]
    public async Task Ids_count_up_for_each_name()
    {
        await using var lab = new Laboratory();
        await lab.OpenAsync();
        await lab.Store.WriteAsync("experiments/notes/spec.json", default);
        await lab.Store.WriteAsync("experiments/no-number/spec.json", default);
        var other = lab.Experiment with { Spec = lab.Experiment.Spec with { Name = "curve-1" } };

        Assert.Equal("curve-1", await lab.Client.SubmitAsync(lab.Experiment));
        Assert.Equal("curve-2", await lab.Client.SubmitAsync(lab.Experiment));
        Assert.Equal("curve-1-1", await lab.Client.SubmitAsync(other));
        Assert.Equal("curve-3", await lab.Client.SubmitAsync(lab.Experiment));
        Assert.Equal(["curve-1", "curve-1-1", "curve-2", "curve-3"], (await lab.Client.UnfinishedAsync()).Order());
    }

    [Fact]
    public async Task Experiments_that_are_submitted_at_once_get_an_id_each_with_their_own_data()
    {
        await using var lab = new Laboratory();
        await lab.OpenAsync();

        var submitted = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var experiment = lab.Experiment with { Data = lab.Experiment.Data with { Sha256 = $"hash-{i}" }, Spec = lab.Experiment.Spec with { Seed = i } };
            return (i, Id: await lab.Client.SubmitAsync(experiment));
        }));

        Assert.Equal(8, submitted.Select(one => one.Id).Distinct().Count());
        foreach (var (i, id) in submitted)
        {
            Assert.Equal(i, SpecReader.Read(Encoding.UTF8.GetString((await lab.Store.ReadAsync(ArtifactPaths.Spec(id)))!)).Seed);
            Assert.Contains($"hash-{i}", Encoding.UTF8.GetString((await lab.Store.ReadAsync(ArtifactPaths.Data(id)))!), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_submission_that_was_cut_short_before_its_start_is_taken_up()
    {
        await using var lab = new Laboratory();
        await lab.StartAsync();
        await lab.Store.WriteAsync(ArtifactPaths.Data("curve-1"), lab.Experiment.Data.Write());
        await lab.Store.WriteAsync(ArtifactPaths.Spec("curve-1"), Encoding.UTF8.GetBytes(SpecReader.Write(lab.Experiment.Spec)));

        await lab.Client.ResumeAsync("curve-1", lab.Experiment);

        Assert.Equal(ExperimentStatus.Completed, (await lab.EndAsync("curve-1")).Outcome.Status);
        await lab.Client.ResumeAsync("curve-1");
        Assert.Equal(5, lab.Asked.Count);
    }

    [Fact]
    public async Task A_submission_that_was_cut_short_before_its_spec_leaves_a_gap_and_no_experiment()
    {
        await using var lab = new Laboratory();
        await lab.OpenAsync();
        await lab.Store.WriteAsync(ArtifactPaths.Data("curve-1"), lab.Experiment.Data.Write());

        Assert.Empty(await ExperimentIds.AllAsync(lab.Store));
        Assert.Equal("curve-2", await lab.Client.SubmitAsync(lab.Experiment));
    }

    [Fact]
    public async Task What_is_not_there_can_be_neither_resumed_nor_paused_nor_cancelled()
    {
        await using var lab = new Laboratory();
        await lab.StartAsync();

        await Assert.ThrowsAsync<InstanceNotFoundException>(() => lab.Client.ResumeAsync("curve-1"));
        await Assert.ThrowsAsync<InstanceNotFoundException>(() => lab.Client.PauseAsync("curve-1"));
        await Assert.ThrowsAsync<InstanceNotFoundException>(() => lab.Client.CancelAsync("curve-1", "why not"));
        await Assert.ThrowsAsync<InstanceNotFoundException>(() => lab.Client.WaitAsync("curve-1"));
    }

    [Fact]
    public async Task A_paused_experiment_starts_nothing_more_until_it_is_resumed()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 4, "parallel": 2 }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""");
        var (reached, go) = (new SemaphoreSlim(0), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lab.RunSlice = async (slice, _) =>
        {
            reached.Release();
            await go.Task;
            return await Curves.RunAsync(lab.Store, lab.Experiment, slice);
        };
        await lab.StartAsync();
        var id = await lab.Client.SubmitAsync(lab.Experiment);
        await reached.WaitAsync();
        await reached.WaitAsync();

        await lab.Client.PauseAsync(id);
        await lab.Client.PauseAsync(id);
        go.SetResult();
        foreach (var instance in (string[])[id, id + "/0", id + "/1"])
            Assert.Equal(InstanceStatus.Suspended, (await lab.Durable.GetAsync(instance))!.Status);
        var other = await lab.Client.SubmitAsync(lab.Experiment);
        await lab.Client.WaitAsync(other);
        Assert.Equal(2, lab.Asked.Count(slice => slice.Experiment == id));
        Assert.Equal([id], await lab.Client.UnfinishedAsync());
        await lab.Client.ResumeAsync(id);

        Assert.Equal(4, (await lab.EndAsync(id)).Outcome.Trials);
    }

    [Fact]
    public async Task An_experiment_that_has_not_begun_can_be_paused()
    {
        await using var lab = new Laboratory();
        await lab.OpenAsync();
        var paused = await lab.Client.SubmitAsync(lab.Experiment);
        var other = await lab.Client.SubmitAsync(lab.Experiment);
        await lab.Client.PauseAsync(paused);
        lab.Start();

        await lab.Client.WaitAsync(other);

        Assert.DoesNotContain(lab.Asked, slice => slice.Experiment == paused);
        Assert.Equal([paused], await lab.Client.UnfinishedAsync());
    }

    [Fact]
    public async Task A_paused_experiment_can_be_cancelled_and_starts_nothing_more()
    {
        await using var lab = new Laboratory();
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        lab.RunSlice = async (slice, _) =>
        {
            reached.TrySetResult();
            await go.Task;
            return Curves.Result(slice, SliceOutcome.Stopped, 0.5, "the experiment was stopped");
        };
        await lab.StartAsync();
        var id = await lab.Client.SubmitAsync(lab.Experiment);
        await reached.Task;
        await lab.Client.PauseAsync(id);

        await lab.Client.CancelAsync(id, "enough");
        go.SetResult();
        var (outcome, _) = await lab.EndAsync(id);

        Assert.Equal((ExperimentStatus.Cancelled, 1), (outcome.Status, outcome.Trials));
    }

    [Fact]
    public async Task A_workflow_that_was_ended_from_outside_is_told_as_broken()
    {
        await using var lab = new Laboratory();
        await lab.OpenAsync();
        var id = await lab.Client.SubmitAsync(lab.Experiment);
        await lab.Durable.TerminateAsync(id, "an operator");

        var broken = await Assert.ThrowsAsync<ExperimentFailedException>(() => lab.Client.WaitAsync(id));

        Assert.StartsWith("Experiment 'curve-1' broke: ", broken.Message, StringComparison.Ordinal);
    }
}
