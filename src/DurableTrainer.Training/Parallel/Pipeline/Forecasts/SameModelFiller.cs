using DurableTrainer.Training.Parallel.Pipeline.Cutting;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Parallel.Pipeline.Forecasts;

/// <summary>
/// A trial of the same model as one that fills: each of its threads goes through the passes of a unit in their order, one layer after the other, in
/// whatever gap is free.
/// </summary>
internal static class SameModelFiller
{
    /// <summary>Layers that are shorter than this part of an iteration go into a chunk with the next ones: more chunks would tell the same.</summary>
    private const double ShortestShare = 1.0 / 400;

    /// <summary>Where a layer that a gap is too short for goes on in the next one, it is in pieces of at most this part of an iteration.</summary>
    private const double LongestShare = 1.0 / 100;

    /// <param name="model">As its units have it.</param>
    /// <param name="samples">Of a micro-batch.</param>
    /// <param name="yields">Whether it leaves its processor in the middle of a layer when a gap ends.</param>
    public static FillerOption Of(ModelCut model, int samples, bool yields)
    {
        var shortest = ShortestShare * model.Stages.Predicted.BusySeconds;
        var longest = yields ? LongestShare * model.Stages.Predicted.BusySeconds : double.PositiveInfinity;
        var chunks = new List<FillChunk>();
        var last = new Dictionary<Instruction, int>();
        var lastOfUnit = new int?[model.Stages.Schedule.Units];
        foreach (var pass in InOrder(model.Stages))
        {
            var unit = model.Stages.Schedule.UnitOf(pass.Stage);
            List<int> needs = [.. model.Stages.Schedule.Needs(pass).Select(need => last[need])];
            if (lastOfUnit[unit] is { } before)
                needs.Add(before);
            foreach (var seconds in Joined(SecondsOf(model, pass), shortest).SelectMany(seconds => Parted(seconds, longest)))
            {
                chunks.Add(new FillChunk(needs, seconds));
                needs = [chunks.Count - 1];
            }

            last[pass] = chunks.Count - 1;
            lastOfUnit[unit] = chunks.Count - 1;
        }

        return new FillerOption(samples, model.Stages.PeakBytes.Sum(), chunks);
    }

    /// <summary>As simulated alone: of passes that take no time at all, those that are needed come first, too.</summary>
    private static IEnumerable<Instruction> InOrder(StageCut cut) => cut.Predicted.Units.SelectMany(spans => spans)
        .OrderBy(span => span.End).ThenBy(span => span.Start).ThenBy(span => span.Instruction.Kind)
        .ThenBy(span => span.Instruction.Kind == InstructionKind.Forward ? span.Instruction.Stage : -span.Instruction.Stage)
        .Select(span => span.Instruction);

    /// <summary>Of each layer of a stage, one after the other; a throttled unit rests for its share of them.</summary>
    private static IEnumerable<double> SecondsOf(ModelCut model, Instruction pass)
    {
        var (layers, speed) = (model.LayersOf(pass.Stage), model.Parallel.Units[model.Stages.Units[pass.Stage]].DutyCycle);
        return (pass.Kind switch
        {
            InstructionKind.Forward => layers.Select(layer => layer.Forward),
            InstructionKind.Backward => layers.Reverse().SelectMany(layer => (double[])[layer.BackwardInputs, layer.BackwardWeights]),
            InstructionKind.BackwardInputs => layers.Reverse().Select(layer => layer.BackwardInputs),
            _ => layers.Reverse().Select(layer => layer.BackwardWeights),
        }).Select(seconds => seconds / speed);
    }

    private static IEnumerable<double> Parted(double seconds, double longest)
    {
        var pieces = Math.Max(1, (int)Math.Ceiling(seconds / longest));
        return Enumerable.Repeat(seconds / pieces, pieces);
    }

    private static List<double> Joined(IEnumerable<double> operations, double shortest)
    {
        var chunks = new List<double> { 0 };
        foreach (var seconds in operations)
        {
            if (chunks[^1] >= shortest)
                chunks.Add(0);
            chunks[^1] += seconds;
        }

        return chunks;
    }
}
