using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Activities;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Champions;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests.Champions;

/// <summary>What becomes of the best models of experiments of one name. They are compared by what the worker says of each.</summary>
public class ChampionTests
{
    private const string IfBetter = """{ "retune": { "schedule": "0 0 3 * * *" }, "budget": { "trials": 2 } }""";

    [Fact]
    public async Task The_first_model_of_a_name_is_promoted_and_kept_when_its_experiment_is_deleted()
    {
        await using var lab = new Laboratory(IfBetter);

        var (_, result) = await lab.RunAsync();
        await lab.Client.DeleteAsync("curve-1");

        var champion = await ChampionAsync(lab);
        Assert.Equal(("curve", "curve-1", result.Best!.Trial, result.Best.Value, Curves.Metric), (champion.Name, champion.Experiment, champion.Trial, champion.Value, champion.Metric));
        Assert.Equal("models/curve/curve-1/model.safetensors", champion.Model);
        Assert.All(["model.safetensors", "model.json", "checkpoint.safetensors", "spec.json", "data.json"], file => Assert.True(File.Exists(lab.Folder.At($"store/models/curve/curve-1/{file}")), file));
        Assert.True(Assert.Single(champion.Challenges).IsPromoted);
    }

    [Theory]
    [InlineData("ifBetter", 0.99, "curve-1", "not promoted: validation.accuracy ")]
    [InlineData("ifBetter", 0.1, "curve-2", "promoted: validation.accuracy ")]
    [InlineData("always", 0.99, "curve-2", "promoted, as always: validation.accuracy ")]
    public async Task A_challenger_takes_the_place_of_a_champion_that_is_worse_on_the_newest_samples(string promote, double champions, string winner, string reason)
    {
        await using var lab = new Laboratory(IfBetter.Replace("* * *\"", $"* * *\", \"promote\": \"{promote}\"", StringComparison.Ordinal));
        await lab.RunAsync();
        var first = await ChampionAsync(lab);
        EvaluationRequest? asked = null;
        lab.Evaluate = request =>
        {
            asked = request;
            return new Dictionary<string, double> { [Curves.Metric] = champions };
        };

        var (_, result) = await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));

        var champion = await ChampionAsync(lab);
        Assert.Equal(winner, champion.Experiment);
        Assert.Equal(["curve-2", "curve-1"], champion.Challenges.Select(challenge => challenge.Experiment));
        Assert.Equal((result.Best!.Value, "curve-1", champions), (champion.Challenges[0].Value, champion.Challenges[0].Against, champion.Challenges[0].AgainstValue!.Value));
        Assert.StartsWith(reason, champion.Challenges[0].Reason, StringComparison.Ordinal);
        Assert.Equal(
            ("curve-2", "models/curve/curve-1/checkpoint.safetensors", "models/curve/curve-1/spec.json", first.Point, true),
            (asked!.Experiment, asked.Checkpoint, asked.Rival!.Spec, asked.Rival.Point, asked.OnValidation));
        var told = Assert.Single(await lab.EventsAsync("curve-2"), happened => happened.Type == ExperimentEventType.ChampionChallenged);
        Assert.Equal((winner == "curve-2" ? "promoted" : "kept", champion.Challenges[0].Reason), (told.Status, told.Message));
    }

    [Fact]
    public async Task A_champion_that_cannot_be_measured_stays()
    {
        await using var lab = new Laboratory(IfBetter);
        await lab.RunAsync();
        lab.Evaluate = _ => throw new InvalidDataException("It was trained on other samples.");

        var (outcome, _) = await lab.EndAsync(await lab.Client.SubmitAsync(lab.Experiment));

        var champion = await ChampionAsync(lab);
        Assert.Equal(ExperimentStatus.Completed, outcome.Status);
        Assert.Equal(("curve-1", null), (champion.Experiment, champion.Challenges[0].AgainstValue));
        Assert.Equal("not promoted: curve-1 cannot be measured on these samples (It was trained on other samples)", champion.Challenges[0].Reason);
    }

    [Theory]
    [InlineData("""{ "budget": { "trials": 2 } }""")]
    [InlineData("""{ "retune": { "schedule": "0 0 3 * * *", "promote": "never" }, "budget": { "trials": 2 } }""")]
    public async Task Without_a_wish_to_nothing_is_promoted(string changes)
    {
        await using var lab = new Laboratory(changes);

        await lab.RunAsync();

        Assert.False(await lab.Store.ExistsAsync(ArtifactPaths.Champion("curve")));
    }

    [Fact]
    public async Task An_experiment_that_was_cancelled_challenges_nobody()
    {
        await using var lab = new Laboratory(IfBetter.Replace("\"trials\": 2", "\"trials\": 20", StringComparison.Ordinal));
        await lab.OpenAsync();
        var id = await lab.Client.SubmitAsync(lab.Experiment);
        await lab.Client.CancelAsync(id, "enough");
        lab.Start();

        await lab.EndAsync(id);

        Assert.False(await lab.Store.ExistsAsync(ArtifactPaths.Champion("curve")));
    }

    [Fact]
    public async Task Of_twenty_that_end_at_once_the_best_is_champion_and_all_have_challenged()
    {
        await using var lab = new Laboratory(IfBetter);
        // Each model is as good on the newest samples as on its own.
        lab.Evaluate = request => new Dictionary<string, double> { [Curves.Metric] = Curves.At(request.Rival!.Point, 4) };
        await lab.OpenAsync();
        var ids = new List<string>();
        for (var seed = 0; seed < 20; seed++)
            ids.Add(await lab.Client.SubmitAsync(new PreparedExperiment(lab.Experiment.Spec with { Seed = seed }, lab.Experiment.Data)));
        lab.Start();

        var results = await Task.WhenAll(ids.Select(async id => (Id: id, (await lab.EndAsync(id)).Result.Best!.Value)));

        var champion = await ChampionAsync(lab);
        Assert.Equal(results.MaxBy(result => result.Value), (champion.Experiment, champion.Value));
        Assert.Equal(ids.Order(), champion.Challenges.Select(challenge => challenge.Experiment).Order());
        // Each promotion is over the one before: nobody took a place that was no longer the one it had compared itself with.
        var promoted = champion.Challenges.Where(challenge => challenge.IsPromoted).Reverse().ToList();
        Assert.Equal([null, .. promoted.SkipLast(1).Select(challenge => challenge.Experiment)], promoted.Select(challenge => challenge.Against));
        Assert.All(promoted.Skip(1), challenge => Assert.True(challenge.Value > challenge.AgainstValue));
    }

    [Fact]
    public async Task A_challenge_that_is_repeated_after_a_crash_counts_once()
    {
        await using var lab = new Laboratory(IfBetter);
        var (_, result) = await lab.RunAsync();
        var before = await lab.Store.ReadAsync(ArtifactPaths.Champion("curve"));
        var challenge = new ChampionChallenge
        {
            Experiment = "curve-1",
            Trial = result.Best!.Trial,
            At = DateTimeOffset.UnixEpoch,
            Terms = ContestTerms.Of(lab.Experiment.Spec, hasTestData: false)!,
            Value = 0.5,
        };
        var activity = new ChallengeActivity(lab.Store, new EventLog(lab.Store, (_, _) => Assert.Fail("It was told before.")));

        Assert.True(await activity.RunAsync(new ActivityContext("curve-1", "Challenge", 2), challenge, default));

        Assert.Equal(before, await lab.Store.ReadAsync(ArtifactPaths.Champion("curve")));
    }

    private static async Task<Champion> ChampionAsync(Laboratory lab) =>
        await lab.Store.RequireJsonAsync<Champion>(ArtifactPaths.Champion("curve"));
}
