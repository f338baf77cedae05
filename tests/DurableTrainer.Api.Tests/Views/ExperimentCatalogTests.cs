using DurableTrainer.Api.Views;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using static DurableTrainer.Api.Tests.Story;

namespace DurableTrainer.Api.Tests.Views;

public sealed class ExperimentCatalogTests : IDisposable
{
    private readonly Story story = new();
    private readonly ExperimentCatalog catalog;

    public ExperimentCatalogTests() => catalog = new ExperimentCatalog(story.Store);

    [Fact]
    public async Task An_unfinished_experiment_runs_and_has_no_result()
    {
        await story.SubmitAsync("digits-1", Started(), TrialStarted(0), SliceEnded(0, 0, 0.5));

        var view = await catalog.GetAsync("digits-1");

        Assert.Equal((ExperimentStatus.Running, null, 1), (view.Status, view.Reason, view.RunningTrials));
        Assert.Equal([0], (await catalog.TrialsAsync("digits-1")).Select(trial => trial.Trial));
        Assert.Null(await catalog.ResultAsync("digits-1"));
        Assert.Null(await catalog.UsageAsync("digits-1"));
    }

    [Fact]
    public async Task An_experiment_that_was_only_submitted_has_not_started()
    {
        await story.SubmitAsync("digits-1");

        Assert.Equal((ExperimentStatus.Running, null, 0), await catalog.GetAsync("digits-1") is var view ? (view.Status, view.StartedAt, view.RunningTrials) : default);
    }

    [Fact]
    public async Task A_finished_experiment_shows_what_it_found_and_what_it_took()
    {
        await story.SubmitAsync("digits-1", Started(), TrialStarted(0), TrialEnded(0, "completed", 0.5), Ended());
        await story.Store.WriteAsync(ArtifactPaths.Result("digits-1"), ArtifactJson.WriteFile(Result));
        await story.Store.WriteAsync(ArtifactPaths.Usage("digits-1"), ArtifactJson.WriteFile(
            new ExperimentUsage { StartedAt = Started().Time, EndedAt = Ended().Time, Total = Usage.None with { Epochs = 9 }, Trials = [] }));

        var view = await catalog.GetAsync("digits-1");

        Assert.Equal((ExperimentStatus.Completed, "budget: all trials are done", Ended().Time), (view.Status, view.Reason, view.EndedAt));
        Assert.Equal((0, 0.5, PointOf(0)), (view.Best!.Trial, view.Best.Value, view.Best.Point));
        Assert.True(double.IsNaN(view.Best.Metrics!["train.loss"]));
        Assert.Equal(9, (await catalog.UsageAsync("digits-1"))!.Total.Epochs);
    }

    [Theory]
    [InlineData("digits-2")]
    [InlineData("../digits-1")]
    [InlineData("")]
    [InlineData("digits-1/trials")]
    public async Task An_id_that_is_not_there_is_an_error_that_names_it(string id)
    {
        await story.SubmitAsync("digits-1", Started());

        Assert.Equal($"There is no experiment '{id}'.", (await Assert.ThrowsAsync<ExperimentNotFoundException>(() => catalog.GetAsync(id))).Message);
        Assert.Equal(id, (await Assert.ThrowsAsync<ExperimentNotFoundException>(() => catalog.TrialsAsync(id))).Id);
    }

    [Fact]
    public async Task All_are_listed_newest_first_and_folders_that_are_none_are_left_out()
    {
        await story.SubmitAsync("digits-1", Started(atSecond: 1));
        await story.SubmitAsync("letters-1", Started(atSecond: 3));
        await story.SubmitAsync("digits-2", Started(atSecond: 2));
        await story.Store.WriteAsync("experiments/notes/spec.json", default);
        await story.Store.WriteAsync(ArtifactPaths.Data("digits-3"), default);

        Assert.Equal(["letters-1", "digits-2", "digits-1"], (await catalog.ListAsync()).Select(view => view.Id));
    }

    [Fact]
    public async Task The_latest_of_a_name_has_the_highest_number()
    {
        foreach (var id in (string[])["digits-9", "digits-10", "digits-2-11"])
            await story.SubmitAsync(id);

        Assert.Equal("digits-10", await catalog.LatestAsync("digits"));
        Assert.Equal("digits-2-11", await catalog.LatestAsync("digits-2"));
        Assert.Null(await catalog.LatestAsync("letters"));
    }

    public void Dispose() => story.Dispose();

    private static ExperimentResult Result { get; } = new()
    {
        Experiment = "digits-1",
        Name = "digits",
        Status = ExperimentStatus.Completed,
        Reason = "budget: all trials are done",
        Objective = Spec.Objective[0],
        Best = new BestModel
        {
            Trial = 0,
            Epoch = 4,
            Value = 0.5,
            Point = PointOf(0),
            Metrics = new Dictionary<string, double> { ["train.loss"] = double.NaN },
            Model = "model",
        },
        DataSha256 = "hash",
        Trials = [],
    };
}
