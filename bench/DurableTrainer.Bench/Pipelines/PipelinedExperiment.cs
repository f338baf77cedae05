using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Bench.Runs;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>An experiment of two pipelined trials through <c>dtrain run</c>, in one of the ways in which they can share two units.</summary>
/// <param name="Way">In the words of the docs.</param>
/// <param name="Parallel">Trials at a time.</param>
/// <param name="Fill">Whether the second one has the gaps of the first one alone.</param>
internal sealed record PipelinedExperiment(string Way, int Parallel, bool Fill)
{
    private const int Trials = 2, Epochs = 5, MicroBatches = 2;

    public static IReadOnlyList<PipelinedExperiment> All { get; } =
    [
        new("one after the other", Parallel: 1, Fill: false),
        new("side by side", Parallel: 2, Fill: false),
        new("the second in the gaps of the first", Parallel: 2, Fill: true),
    ];

    /// <summary>Seconds until the first trial was done, and until both were, with the start of all processes.</summary>
    public async Task<JsonObject> MeasureAsync(CancellationToken cancellation)
    {
        var run = await ProgramRun.OfAsync(Spec(), new Dictionary<string, string>(), cancellation);
        return new JsonObject
        {
            ["measure"] = "experiment",
            ["way"] = Way,
            ["firstSeconds"] = double.Round((run.Epochs.Min(trial => trial[^1].Time) - run.Usage.StartedAt).TotalSeconds, 1),
            ["seconds"] = double.Round(run.WallClock.TotalSeconds, 1),
        };
    }

    private JsonObject Spec()
    {
        var training = PipelineTask.Create(MicroBatches).Spec with
        {
            Epochs = Epochs,
            Parallel = new PipelineParallelSpec { MicroBatches = MicroBatches, Fill = Fill ? new PipelineFillSpec() : null },
        };
        return new JsonObject
        {
            ["name"] = "pipelined",
            ["objective"] = new JsonObject { ["metric"] = "validation.loss" },
            ["space"] = new JsonArray(new JsonObject { ["name"] = "seed", ["type"] = "int", ["min"] = 1, ["max"] = Trials }),
            ["training"] = JsonSerializer.SerializeToNode(training, SpecJson.Options),
            ["scheduler"] = new JsonObject { ["type"] = "none" },
            ["budget"] = new JsonObject { ["trials"] = Trials, ["parallel"] = Parallel },
        };
    }
}
