using DurableTrainer.Core.Training;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>A model, cut for the units of a spec.</summary>
/// <param name="Parallel">The units.</param>
/// <param name="Layers">From the one that takes the batch to the one that gives the loss.</param>
/// <param name="Stages">Which of them are a stage.</param>
internal sealed record ModelCut(PipelineParallelSpec Parallel, IReadOnlyList<LayerCost> Layers, StageCut Stages)
{
    /// <summary>By stage, in the words of a user: <c>layers.0 to layers.9</c>.</summary>
    public IReadOnlyList<string> StageNames =>
        [.. Enumerable.Range(0, Stages.Schedule.Stages).Select(LayersOf).Select(stage => stage.Count == 1 ? stage[0].Name : $"{stage[0].Name} to {stage[^1].Name}")];

    /// <exception cref="ProcessorException">There are fewer layers than stages, or the units may not take the memory for any cut.</exception>
    public static ModelCut Of(PipelineParallelSpec parallel, IReadOnlyList<LayerCost> layers) => new(parallel, layers, StageCutter.Cut(
        layers, [.. parallel.Units.Select(unit => new PipelineUnit(unit.DutyCycle, unit.Memory?.Bytes))], parallel.Schedule, parallel.MicroBatches,
        stagesPerUnit: parallel.Stages / parallel.Units.Count));

    /// <summary>Which layers each unit has: <c>unit 1 has layers.0 to layers.9, unit 0 has layers.10 to layers.19</c>.</summary>
    public string Describe() => string.Join(", ", StageNames.Zip(Stages.Units, (name, unit) => $"unit {unit} has {name}"));

    public IReadOnlyList<LayerCost> LayersOf(int stage)
    {
        var end = stage + 1 < Stages.FirstLayers.Count ? Stages.FirstLayers[stage + 1] : Layers.Count;
        return [.. Layers.Take(Stages.FirstLayers[stage]..end)];
    }
}
