using System.Globalization;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>
/// Holds what stages take against what their layers took when the model was cut, and cuts it anew where that saves time. It looks at durations alone.
/// A new cut is made of little, as probes are short, and is corrected for little; later a unit must have changed for good.
/// </summary>
/// <param name="cut">The first one.</param>
internal sealed class CutControl(ModelCut cut)
{
    /// <summary>Batches whose median counts.</summary>
    public const int Window = 20;

    /// <summary>Batches from one check to the next.</summary>
    public const int CheckEvery = 5;

    /// <summary>Checks in a row that must find the same of a unit that has changed.</summary>
    public const int Checks = 3;

    /// <summary>Share of a batch that another cut must save then.</summary>
    public const double LeastGain = 0.1;

    /// <summary>The same for a new cut, after its first window.</summary>
    public const double LeastCorrection = 0.03;

    /// <summary>Corrections at most: what a stage takes is laid to its layers, and the next window shows those of them that have moved on their new unit.</summary>
    private const int MostCorrections = 3;

    private int batches, promising, corrections;
    private bool isSettled;

    /// <summary>As it is now, with what stages and layers take as far as is known.</summary>
    public ModelCut Cut { get; private set; } = cut;

    /// <summary>Takes note of a batch of full size.</summary>
    /// <param name="measured">What a micro-batch takes each stage, by the last batches of this cut.</param>
    /// <returns>Why the model is cut otherwise from here on; null when it is not.</returns>
    public string? Observe(Func<IReadOnlyList<StageCost>> measured)
    {
        if (++batches < Window || (batches - Window) % CheckEvery != 0)
            return null;
        var (costs, least) = (measured(), isSettled ? LeastGain : LeastCorrection);
        // Where all stages are slower by as much, the best cut remains the best.
        if (Spread(costs) <= 1 + least)
            return Settle();
        var layers = Corrected(costs);
        var next = ModelCut.Of(Cut.Parallel, layers);
        var (now, then) = (PipelineSimulator.Run(Cut.Stages.Schedule, costs), next.Stages.Predicted);
        if (then.Seconds >= (1 - least) * now.Seconds)
        {
            // There is no better cut for what they take: from here on that is what later durations are held against.
            Cut = Cut with { Layers = layers, Stages = Cut.Stages with { Costs = costs, Predicted = now } };
            return Settle();
        }

        if (isSettled && ++promising < Checks)
            return null;
        (corrections, Cut, batches, promising) = (isSettled ? 0 : corrections + 1, next, 0, 0);
        isSettled = corrections == MostCorrections;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{next.Describe()}: by what stages took, a batch of {1000 * now.Seconds:0.0#} ms is expected to take {1000 * then.Seconds:0.0#} ms");
    }

    /// <summary>What was measured until here does not count: the units did not have their processors to themselves.</summary>
    public void Restart() => (batches, promising) = (0, 0);

    private string? Settle()
    {
        (promising, isSettled) = (0, true);
        return null;
    }

    /// <summary>How many times more one stage differs from what it was thought to take than another.</summary>
    private double Spread(IReadOnlyList<StageCost> measured)
    {
        double[] ratios = [.. measured.Zip(Cut.Stages.Costs, (seen, was) => Ratio(seen.Both, was.Both))];
        return ratios.Max() / ratios.Min();
    }

    /// <summary>What layers take by what their stage took: as before among themselves.</summary>
    private IReadOnlyList<LayerCost> Corrected(IReadOnlyList<StageCost> measured) =>
    [
        .. measured.Zip(Cut.Stages.Costs).SelectMany((one, stage) =>
        {
            var (seen, was) = one;
            var isSplit = Cut.Stages.Schedule.SplitsBackward;
            var (forward, inputs, weights) = isSplit
                ? (Ratio(seen.Forward, was.Forward), Ratio(seen.BackwardInputs, was.BackwardInputs), Ratio(seen.BackwardWeights, was.BackwardWeights))
                : (Ratio(seen.Forward, was.Forward), Ratio(seen.Backward, was.Backward), Ratio(seen.Backward, was.Backward));
            return Cut.LayersOf(stage).Select(layer => layer with
            {
                Forward = layer.Forward * forward,
                BackwardInputs = layer.BackwardInputs * inputs,
                BackwardWeights = layer.BackwardWeights * weights,
            });
        }),
    ];

    /// <summary>A stage that was thought to take no time at all has nothing that could take longer.</summary>
    private static double Ratio(double seen, double was) => was > 0 ? seen / was : 1;
}
