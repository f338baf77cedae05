using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>Where the same point may reach anything between poor and good, the best that was seen is mostly luck.</summary>
public class NoisyValuesTests
{
    private const string Spec = """{ "budget": { "trials": 24 } }""";

    [Fact]
    public async Task The_model_chooses_what_is_handed_over_and_the_result_says_so()
    {
        // Points that no model chose, so that what the model makes of them is all that is tested.
        await using var lab = Open(null, """{ "tuner": { "agent": "sobol" }, "budget": { "trials": 24 } }""");

        var (outcome, result) = await lab.RunAsync();

        var (best, luckiest) = (result.Best!, result.Trials.MaxBy(trial => trial.Value)!);
        Assert.True(best.IsBelieved);
        Assert.NotEqual(luckiest.Trial, best.Trial);
        Assert.True(Truth(best.Point) > Truth(luckiest.Point));
        Assert.Equal((best.Trial, best.Value), (outcome.Best!.Trial, outcome.Best.Value));
        Assert.Equal((result.Trials[best.Trial].Value, result.Trials[best.Trial].Checkpoint), (best.Value, outcome.Best.Checkpoint));
        Assert.NotNull(await lab.Store.ReadAsync(best.Model));
        Assert.Equal(best.Trial, (await lab.EventsAsync("curve-1"))[^1].Trial);
    }

    [Fact]
    public async Task A_restart_in_the_middle_chooses_the_same()
    {
        await using var unharmed = Open(null, Spec);
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();
        await using (var first = Open(folder, Spec))
        {
            var halfWay = new TaskCompletionSource();
            first.RunSlice = (slice, stop) =>
            {
                if (slice.Trial < 17)
                    return RunAsync(first, slice);
                halfWay.TrySetResult();
                return new TaskCompletionSource<SliceResult>().Task.WaitAsync(stop);
            };
            await first.StartAsync(onDisk: true);
            await first.Client.SubmitAsync(first.Experiment);
            await halfWay.Task;
        }

        await using var second = Open(folder, Spec);
        await second.StartAsync(onDisk: true);
        await second.EndAsync("curve-1");

        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await second.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
    }

    [Fact]
    public async Task Who_asks_for_a_target_gets_the_trial_that_met_it()
    {
        await using var lab = Open(null, """{ "objective": { "metric": "validation.accuracy", "target": 1.3 }, "budget": { "trials": 60 } }""");

        var (_, result) = await lab.RunAsync();

        Assert.StartsWith("target met", result.Reason, StringComparison.Ordinal);
        Assert.Equal((result.Trials[^1].Trial, null), (result.Best!.Trial, result.Best.IsBelieved));
    }

    [Fact]
    public async Task A_cancelled_experiment_hands_over_what_the_model_chooses_too()
    {
        await using var lab = Open(null, """{ "budget": { "trials": 40 } }""");
        lab.RunSlice = async (slice, stop) =>
        {
            if (slice.Trial == 24)
                await lab.Client.CancelAsync("curve-1", "the user has seen enough", stop);
            return slice.Trial < 24 ? await RunAsync(lab, slice) : await lab.UntilStoppedAsync(slice, stop);
        };

        var (_, result) = await lab.RunAsync();

        Assert.Equal(ExperimentStatus.Cancelled, result.Status);
        Assert.True(result.Best!.IsBelieved);
        Assert.NotNull(await lab.Store.ReadAsync(result.Best.Model));
    }

    [Fact]
    public async Task Values_without_noise_are_taken_as_they_are_and_the_experts_are_told()
    {
        await using var lab = new Laboratory(Spec);

        var (_, result) = await lab.RunAsync();

        Assert.Null(result.Best!.IsBelieved);
        Assert.Equal(result.Trials.MaxBy(trial => trial.Value)!.Trial, result.Best.Trial);
        Assert.Equal(["gp", "sceptic", "tpe", "neighbourhood", "space-filling"], result.Experts!.Select(expert => expert.Name));
        Assert.All(result.Experts!, expert => Assert.Equal(result.Trials.Count(trial => trial.Origin == $"bandit/{expert.Name}"), expert.Chosen));
    }

    [Fact]
    public async Task Other_agents_have_no_experts()
    {
        await using var lab = new Laboratory("""{ "tuner": { "agent": "sobol" } }""");

        var (_, result) = await lab.RunAsync();

        Assert.Null(result.Experts);
    }

    private static Laboratory Open(TemporaryFolder? folder, string spec)
    {
        var lab = new Laboratory(folder, spec);
        lab.RunSlice = (slice, _) => RunAsync(lab, slice);
        return lab;
    }

    private static double Truth(Point point) => Curves.At(point, 4);

    private static async Task<SliceResult> RunAsync(Laboratory lab, SliceRequest slice)
    {
        var result = await Curves.RunAsync(lab.Store, lab.Experiment, slice);
        var value = Truth(slice.Point) + 0.3 * new KeyedRandom(5, "test/noise", slice.Trial).NextGaussian();
        var metrics = new Dictionary<string, double> { [Curves.Metric] = value };
        return result with { Metrics = metrics, Best = result.Best! with { Metrics = metrics } };
    }
}
