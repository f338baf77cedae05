using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>Whole experiments whose poor trials go on with the models of good ones. Workers refuse to start from a milestone that is gone.</summary>
public class AdaptationTests
{
    private const string Pbt = """
        {
          "space": [ { "name": "x", "type": "float", "min": 0, "max": 1, "adjustable": true }, { "name": "y", "type": "int", "min": 1, "max": 9 } ],
          "training": {
            "data": { "type": "csv", "path": "points.csv", "split": { "validation": 0.25 } },
            "model": { "layers": [ { "type": "linear", "units": 2 } ] },
            "loss": "crossEntropy", "optimizer": { "type": "sgd", "learningRate": "$x + 0.1" }, "batchSize": "$y", "epochs": 8
          },
          "adaptation": { "type": "pbt", "everyEpochs": 2 }, "tuner": { "agent": "random" }, "budget": { "trials": 16, "parallel": 1 }
        }
        """;

    private static readonly string Pb2 = Pbt.Replace("pbt", "pb2", StringComparison.Ordinal);
    private static readonly string Several = Pbt.Replace("\"parallel\": 1", "\"parallel\": 4", StringComparison.Ordinal);

    [Fact]
    public async Task A_poor_trial_goes_on_with_the_model_of_a_good_one_and_says_so()
    {
        await using var lab = new Laboratory(Pbt);

        var (_, result) = await lab.RunAsync();

        var events = await lab.EventsAsync("curve-1");
        var adjusted = events.Where(e => e.Type == ExperimentEventType.TrialAdjusted).ToList();
        Assert.NotEmpty(adjusted);
        foreach (var change in adjusted)
        {
            var next = lab.Asked.Single(slice => slice.Trial == change.Trial && slice.Slice == change.Slice + 1);
            Assert.Equal(change.From, next.From);
            Assert.Equal(change.Epoch, next.From!.Value.Epoch);
            Assert.Equal(change.Point, next.Point);
            Assert.Matches($@"^cloned trial {change.From!.Value.Trial} at epoch {change.Epoch}: ", change.Message);
            // What cannot be adjusted comes with the model.
            Assert.Equal(PointAt(lab, change.From.Value)["y"], next.Point["y"]);
        }

        Assert.All(lab.Asked.GroupBy(slice => slice.Trial), slices =>
            Assert.Equal(slices.Select(slice => slice.From).Where(from => from is not null).Distinct().Count(), slices.Max(slice => slice.Branch)));
        Assert.All(result.Trials, trial => Assert.Equal(8, trial.Epochs));
    }

    [Fact]
    public async Task The_lineage_of_a_trial_tells_who_trained_its_model_with_what()
    {
        await using var lab = new Laboratory(Pbt);

        var (_, result) = await lab.RunAsync();

        var cloned = result.Trials.Where(trial => trial.Lineage is not null).ToList();
        Assert.NotEmpty(cloned);
        foreach (var trial in cloned)
        {
            var epoch = 0;
            foreach (var segment in trial.Lineage!)
            {
                Assert.Equal(epoch, segment.FromEpoch);
                epoch = segment.ToEpoch;
                Assert.Equal(segment.Point, PointAt(lab, new Milestone(segment.Trial, segment.ToEpoch)));
            }

            Assert.Equal(trial.Epochs, epoch);
            Assert.Equal(trial.Point, trial.Lineage[^1].Point);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_left_to_take_over_is_gone_in_the_end_and_little_of_it_is_there_meanwhile(bool atOnce)
    {
        await using var lab = new Laboratory(atOnce ? Several : Pbt);
        var work = lab.RunSlice;
        var most = 0;
        lab.RunSlice = async (slice, stop) =>
        {
            var result = await work(slice, stop);
            var left = (await lab.Store.ListAsync(ArtifactPaths.Experiment("curve-1"), stop)).Where(path => path.Contains("/milestones/", StringComparison.Ordinal));
            most = Math.Max(most, left.Count());
            return result;
        };

        await lab.RunAsync();

        // Three milestones a trial, four donors each, and those that running trials are about to leave or to take.
        Assert.InRange(most, 1, (3 * 4) + 8);
        Assert.DoesNotContain(await lab.Store.ListAsync(ArtifactPaths.Experiment("curve-1")), path => path.Contains("/milestones/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pbt")]
    [InlineData("pb2")]
    public async Task A_restart_in_the_middle_changes_no_byte_of_the_result(string type)
    {
        var spec = type == "pbt" ? Pbt : Pb2;
        await using var unharmed = new Laboratory(spec);
        await unharmed.RunAsync();
        using var folder = new TemporaryFolder();

        await using var last = await Restarts.EndAfterAsync(() => new Laboratory(folder, spec), [0, 5, 11]);

        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await last.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
    }

    [Fact]
    public async Task A_worker_lost_in_the_middle_of_a_clone_changes_no_byte_of_the_result()
    {
        await using var unharmed = new Laboratory(Pbt);
        await unharmed.RunAsync();
        await using var lab = new Laboratory(Pbt);
        var work = lab.RunSlice;
        var lost = new HashSet<(int, int)>();
        lab.RunSlice = (slice, stop) => slice.From is not null && lost.Add((slice.Trial, slice.Slice))
            ? Curves.LostAsync(slice, slice.FromEpoch)
            : work(slice, stop);

        await lab.RunAsync();

        Assert.NotEmpty(lost);
        Assert.Equal(await unharmed.Store.ReadAsync(ArtifactPaths.Result("curve-1")), await lab.Store.ReadAsync(ArtifactPaths.Result("curve-1")));
    }

    /// <summary>What a trial had trained with when it came to an epoch.</summary>
    private static Core.Space.Point PointAt(Laboratory lab, Milestone at) =>
        lab.Asked.First(slice => slice.Trial == at.Trial && slice.FromEpoch < at.Epoch && slice.ToEpoch >= at.Epoch).Point;
}
