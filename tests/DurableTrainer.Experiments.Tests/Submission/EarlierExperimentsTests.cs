using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Tests.Submission;

/// <summary>Starting from what earlier experiments found.</summary>
public class EarlierExperimentsTests
{
    [Fact]
    public async Task The_tuner_starts_from_the_trials_of_earlier_experiments_which_may_be_gone_by_then()
    {
        await using var lab = new Laboratory();
        await lab.RunAsync();
        var earlier = ArtifactJson.Read<ExperimentResult>((await lab.Store.ReadAsync(ArtifactPaths.Result("curve-1")))!);
        // The pool is not asked before the earlier experiment is gone.
        var (gone, work) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), lab.RunSlice);
        lab.RunSlice = async (slice, stop) =>
        {
            await gone.Task;
            return await work(slice, stop);
        };

        var id = await lab.Client.SubmitAsync(From(lab, "curve-1"));
        await lab.Store.DeleteAsync(ArtifactPaths.Result("curve-1"));
        await lab.Store.DeleteAsync(ArtifactPaths.Spec("curve-1"));
        gone.SetResult();
        await lab.EndAsync(id);

        var settings = (await lab.Durable.ReadEntityAsync<TunerState>(WorkflowNames.Tuner(id)))!.Settings;
        var space = new SearchSpace(settings.Space, settings.Constraints);
        Assert.Equal(
            earlier.Trials.OrderByDescending(trial => trial.Value).Select((trial, i) => (trial.Point, i / 4.0)),
            settings.Transferred.Select(trial => (trial.PointIn(space), trial.Rank)));
    }

    [Fact]
    public async Task An_unknown_experiment_is_refused_and_nothing_is_stored()
    {
        await using var lab = new Laboratory();
        await lab.RunAsync();

        var refusal = await Assert.ThrowsAsync<SpecException>(() => lab.Client.SubmitAsync(From(lab, "curve-1", "curve-7", "../curve-1", "curve-1")));

        Assert.Equal(
            [
                new SpecProblem("/tuner/transferFrom/1", "unknown experiment 'curve-7'; did you mean 'curve-1'?"),
                new SpecProblem("/tuner/transferFrom/2", "unknown experiment '../curve-1'; known are curve-1"),
                new SpecProblem("/tuner/transferFrom/3", "is \"curve-1\", which is in the list already"),
            ],
            refusal.Problems);
        Assert.Equal(["curve-1"], await lab.Store.ListFoldersAsync(ArtifactPaths.Experiments));
    }

    [Fact]
    public async Task A_plan_shows_the_first_points_of_the_run_and_refuses_what_it_would_refuse()
    {
        await using var lab = new Laboratory();
        var (_, earlier) = await lab.RunAsync();

        var plan = await ExperimentForecast.OfAsync(From(lab, "curve-1"), lab.Store);
        var refusal = await Assert.ThrowsAsync<SpecException>(() => ExperimentForecast.OfAsync(From(lab, "curve-7"), lab.Store));

        Assert.Equal(earlier.Trials.OrderByDescending(trial => trial.Value).Take(3).Select(trial => trial.Point), plan.FirstPoints);
        Assert.Equal(new SpecProblem("/tuner/transferFrom/0", "unknown experiment 'curve-7'; did you mean 'curve-1'?"), Assert.Single(refusal.Problems));
    }

    [Fact]
    public async Task An_experiment_that_has_not_ended_is_refused()
    {
        await using var lab = new Laboratory();
        await lab.OpenAsync();
        await lab.Client.SubmitAsync(lab.Experiment);

        var refusal = await Assert.ThrowsAsync<SpecException>(() => lab.Client.SubmitAsync(From(lab, "curve-1")));

        Assert.Equal(new SpecProblem("/tuner/transferFrom/0", "is \"curve-1\", which has not ended; only what has ended can be started from"), Assert.Single(refusal.Problems));
    }

    [Fact]
    public async Task An_experiment_of_which_no_trial_succeeded_is_refused()
    {
        await using var lab = new Laboratory();
        lab.RunSlice = (slice, _) => Task.FromResult(Curves.Result(slice, SliceOutcome.Failed, double.NaN, "it diverged"));
        await lab.RunAsync();

        var refusal = await Assert.ThrowsAsync<SpecException>(() => lab.Client.SubmitAsync(From(lab, "curve-1")));

        Assert.Equal("is \"curve-1\", of which no trial succeeded", Assert.Single(refusal.Problems).Message);
    }

    [Theory]
    [InlineData("y", 0, 1, "is \"curve-1\", whose space has no parameter in common with this one: it has x")]
    [InlineData("x", 5, 6, "is \"curve-1\", none of whose 5 points this space allows")]
    public async Task An_experiment_of_another_space_is_refused(string name, double min, double max, string message)
    {
        await using var lab = new Laboratory();
        await lab.RunAsync();
        var other = From(lab, "curve-1");
        other = other with { Spec = other.Spec with { Space = [new FloatParameter { Name = name, Min = min, Max = max }] } };

        var refusal = await Assert.ThrowsAsync<SpecException>(() => lab.Client.SubmitAsync(other));

        Assert.Equal(message, Assert.Single(refusal.Problems).Message);
    }

    private static PreparedExperiment From(Laboratory lab, params string[] ids)
    {
        var spec = JsonNode.Parse(SpecReader.Write(lab.Experiment.Spec))!;
        spec["tuner"]!["transferFrom"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]);
        return lab.Experiment with { Spec = SpecReader.Read(spec.ToJsonString()) };
    }
}
