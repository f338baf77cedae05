using System.Text.Json;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

/// <summary>Slices of trials whose model is in parts.</summary>
public class PipelineSliceTests
{
    [Fact]
    public async Task How_the_model_was_cut_comes_with_the_result_and_what_its_units_did_lies_beside_the_metrics()
    {
        using var digits = new DigitsExperiment(parallel: """{ "mode": "pipeline", "microBatches": 2 }""");

        var result = await digits.RunAsync(Slice(0, 0, 1));

        Assert.Equal((SliceOutcome.Completed, 1), (result.Outcome, result.Epoch));
        Assert.Matches(@"^unit \d has layers.*, unit \d has layers.*: a batch is expected to take .* ms, in which units idle \d+% of the time$", result.Plans[0].Reason);
        var timeline = JsonDocument.Parse((await digits.Store.ReadAsync(ArtifactPaths.Timeline(Slice(0, 0, 1).Experiment, 0)))!).RootElement;
        Assert.Equal(2, timeline.GetProperty("units").GetArrayLength());
        Assert.Equal("1f1b", timeline.GetProperty("schedule").GetString());
        Assert.Equal(1, timeline.GetProperty("epoch").GetInt32());
        // Two micro-batches forward and back on each unit.
        Assert.Equal(4, timeline.GetProperty("units")[0].GetProperty("measured").GetArrayLength());
        Assert.NotNull(await digits.Store.ReadAsync(ArtifactPaths.Trace(Slice(0, 0, 1).Experiment, 0)));
    }

    [Fact]
    public async Task A_model_that_cannot_be_cut_so_often_fails_its_trial_with_the_reason()
    {
        using var digits = new DigitsExperiment(parallel: """{ "mode": "pipeline", "units": 16 }""");

        var result = await digits.RunAsync(Slice(0, 0, 1));

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.Contains("/parallel/units: 16 stages need a layer each, and the model can be cut into", result.Reason, StringComparison.Ordinal);
    }
}
