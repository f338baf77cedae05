using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>Whole experiments with the schedulers other than the usual one, a trial at a time.</summary>
public class SchedulersTests
{
    private const string Hyperband = """{ "scheduler": { "type": "hyperband", "reduction": 2 }, "budget": { "trials": 20, "parallel": 1 }, "tuner": { "agent": "random" } }""";
    private const string Median = """{ "scheduler": { "type": "median", "minTrials": 3 }, "budget": { "trials": 20, "parallel": 1 }, "tuner": { "agent": "random" } }""";

    [Fact]
    public async Task With_hyperband_the_slices_of_a_trial_end_at_the_rungs_of_its_bracket()
    {
        await using var lab = new Laboratory(Hyperband);

        var (_, result) = await lab.RunAsync();

        var firsts = lab.Asked.Where(slice => slice.Slice == 0).ToLookup(slice => slice.ToEpoch, slice => slice.Trial);
        Assert.Equal([1, 2, 4], firsts.Select(bracket => bracket.Key).Order());
        Assert.All(lab.Asked.Where(slice => slice.Slice > 0), slice => Assert.Equal(2 * slice.FromEpoch, slice.ToEpoch));
        Assert.All(firsts[4], trial => Assert.Equal(TrialStatus.Completed, result.Trials[trial].Status));
        var stopped = result.Trials.Where(trial => trial.Status == TrialStatus.Stopped).ToList();
        Assert.NotEmpty(stopped);
        Assert.All(stopped, trial => Assert.Matches(
            $@"^stopped at epoch {trial.Epochs} in bracket {(firsts[1].Contains(trial.Trial) ? 1 : 2)}: 0\.\d+ is below the best half of \d+, 0\.\d+$", trial.Reason));
    }

    [Fact]
    public async Task With_the_median_rule_poor_trials_stop_once_enough_have_come_as_far()
    {
        await using var lab = new Laboratory(Median);

        var (_, result) = await lab.RunAsync();

        Assert.All(result.Trials.Take(3), trial => Assert.Equal(TrialStatus.Completed, trial.Status));
        var stopped = result.Trials.Where(trial => trial.Status == TrialStatus.Stopped).ToList();
        Assert.NotEmpty(stopped);
        Assert.All(stopped, trial => Assert.Matches(
            $@"^stopped at epoch {trial.Epochs}: its best, 0\.\d+, is below the median of \d+ others, 0\.\d+$", trial.Reason));
        var ended = (await lab.EventsAsync("curve-1")).Where(e => e.Type == ExperimentEventType.TrialEnded && e.Status == "stopped");
        Assert.Equal(stopped.Select(trial => trial.Reason), ended.Select(e => e.Message));
    }

    [Theory]
    [InlineData(Hyperband)]
    [InlineData(Median)]
    public async Task A_restart_in_the_middle_changes_no_byte_of_the_result(string spec)
    {
        await using var unharmed = new Laboratory(spec);
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();

        await using var last = await Restarts.EndAfterAsync(() => new Laboratory(folder, spec), [0, 4, 11]);

        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await last.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
    }
}
