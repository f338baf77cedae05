namespace DurableTrainer.Training.Parallel.Pipeline.Simulation;

/// <summary>How long one micro-batch takes on a stage, in seconds.</summary>
/// <param name="Forward">F.</param>
/// <param name="BackwardInputs">The part of the way back that the stage before waits for.</param>
/// <param name="BackwardWeights">The rest of the way back.</param>
internal readonly record struct StageCost(double Forward, double BackwardInputs, double BackwardWeights)
{
    /// <summary>B: the whole way back.</summary>
    public double Backward => BackwardInputs + BackwardWeights;

    /// <summary>Both ways.</summary>
    public double Both => Forward + Backward;
}
