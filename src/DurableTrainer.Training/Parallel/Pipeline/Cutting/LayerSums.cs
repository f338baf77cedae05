using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>What layers in a row take together, looked up in sums from the first one on.</summary>
internal sealed class LayerSums
{
    private readonly IReadOnlyList<LayerCost> layers;
    private readonly StageCost[] seconds;
    private readonly long[] parameters;
    private readonly long[] activations;

    public LayerSums(IReadOnlyList<LayerCost> layers)
    {
        this.layers = layers;
        (seconds, parameters, activations) = (new StageCost[layers.Count + 1], new long[layers.Count + 1], new long[layers.Count + 1]);
        for (var i = 0; i < layers.Count; i++)
        {
            var (sum, layer) = (seconds[i], layers[i]);
            seconds[i + 1] = new StageCost(
                sum.Forward + layer.Forward, sum.BackwardInputs + layer.BackwardInputs, sum.BackwardWeights + layer.BackwardWeights);
            parameters[i + 1] = parameters[i] + layer.ParameterBytes;
            activations[i + 1] = activations[i] + layer.ActivationBytes;
        }
    }

    public int Count => layers.Count;

    /// <summary>From one layer until before another.</summary>
    public StageCost Cost(int first, int end, double speed) => new(
        (seconds[end].Forward - seconds[first].Forward) / speed,
        (seconds[end].BackwardInputs - seconds[first].BackwardInputs) / speed,
        (seconds[end].BackwardWeights - seconds[first].BackwardWeights) / speed);

    public long ParameterBytes(int first, int end) => parameters[end] - parameters[first];

    /// <summary>Of a micro-batch in flight, with what came from the stage before.</summary>
    public long InFlightBytes(int first, int end) => activations[end] - activations[first] + (first == 0 ? 0 : layers[first - 1].OutputBytes);

    public string Describe(int first, int end) =>
        end - first == 1 ? $"layer {layers[first].Name}" : $"layers {layers[first].Name} to {layers[end - 1].Name}";
}
