using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>Experiments whose result is a front: the further right a point lies, the worse it is and the less it takes.</summary>
public class SeveralObjectivesTests
{
    private const string Flops = "model.flops";

    private const string Spec = $$"""
        { "objective": [ { "metric": "{{Curves.Metric}}" }, { "metric": "{{Flops}}" } ], "budget": { "trials": 12 },
          "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }
        """;

    [Fact]
    public async Task The_result_is_the_front_of_all_trials_with_the_best_by_the_first_objective_first()
    {
        await using var lab = Open();

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal([Curves.Metric, Flops], result.Objectives!.Select(objective => objective.Metric));
        Assert.Equal(Curves.Metric, result.Objective.Metric);
        var front = result.Front!;
        Assert.True(front.Count > 1);
        Assert.All(front, member => Assert.DoesNotContain(result.Trials, trial => IsBetter(trial.Values!, member.Values)));
        Assert.All(result.Trials.ExceptBy(front.Select(member => member.Trial), trial => trial.Trial), trial =>
            Assert.Contains(front, member => IsBetter(member.Values, trial.Values!)));
        Assert.Equal(front.Select(member => member.Values[Curves.Metric]).OrderDescending(), front.Select(member => member.Values[Curves.Metric]));
        Assert.Equal((front[0].Trial, front[0].Trial), (result.Best!.Trial, outcome.Best!.Trial));
        foreach (var member in front)
        {
            Assert.NotNull(await lab.Store.ReadAsync(member.Checkpoint));
            Assert.Equal(result.Trials[member.Trial].Point, member.Point);
            Assert.Equal(member.Values, new Dictionary<string, double>(member.Metrics.Where(metric => member.Values.ContainsKey(metric.Key))));
        }
    }

    [Fact]
    public async Task Events_tell_all_values()
    {
        await using var lab = Open();

        await lab.RunAsync();

        var told = (await lab.EventsAsync("curve-1")).Where(e => e.Type is ExperimentEventType.SliceEnded or ExperimentEventType.TrialEnded);
        Assert.All(told, e => Assert.Equal([Flops, Curves.Metric], e.Values!.Keys.Order()));
        Assert.All(told, e => Assert.Equal(e.Value, e.Values![Curves.Metric]));
    }

    [Fact]
    public async Task A_restart_in_the_middle_changes_no_byte_of_the_result()
    {
        await using var unharmed = Open();
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();

        await using var last = await Restarts.EndAfterAsync(() => Open(folder), [0, 3, 7]);

        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await last.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
    }

    [Fact]
    public async Task A_trial_without_one_of_the_values_has_none_and_the_search_goes_on()
    {
        await using var lab = Open();
        var work = lab.RunSlice;
        lab.RunSlice = async (slice, stop) => slice.Trial == 1
            ? Curves.Result(slice, SliceOutcome.Completed, 0.99) with { Checkpoint = (await work(slice, stop)).Checkpoint }
            : await work(slice, stop);

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, 12), (outcome.Status, outcome.Trials));
        Assert.Equal((TrialStatus.Stopped, null), (result.Trials[1].Status, result.Trials[1].Value));
        Assert.Equal($"stopped at epoch 2: {Flops} is not a finite number", result.Trials[1].Reason);
        Assert.DoesNotContain(result.Front!, member => member.Trial == 1);
    }

    [Fact]
    public async Task The_tuner_is_told_what_each_trial_cost()
    {
        await using var lab = Open();

        var (_, result) = await lab.RunAsync();

        var state = (await lab.Durable.ReadEntityAsync<TunerState>(WorkflowNames.Tuner("curve-1")))!;
        Assert.Equal(result.Trials.Select(trial => (double?)trial.Epochs * 1000), state.Trials.Select(trial => trial.Cost));
    }

    private static Laboratory Open(TemporaryFolder? folder = null)
    {
        var lab = new Laboratory(folder, Spec);
        lab.RunSlice = async (slice, _) =>
        {
            var result = await Curves.RunAsync(lab.Store, lab.Experiment, slice);
            var metrics = new Dictionary<string, double>(result.Best!.Metrics) { [Flops] = Math.Round(1000 * (1 - slice.Point["x"].Number)) };
            return result with { Metrics = metrics, Best = result.Best with { Metrics = metrics } };
        };
        return lab;
    }

    private static bool IsBetter(IReadOnlyDictionary<string, double> a, IReadOnlyDictionary<string, double> b) =>
        a[Curves.Metric] >= b[Curves.Metric] && a[Flops] <= b[Flops] && (a[Curves.Metric] > b[Curves.Metric] || a[Flops] < b[Flops]);
}
