namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>What a layer takes, or a few that cannot be parted: seconds are those of one micro-batch on a unit of speed 1.</summary>
/// <param name="Name">As a user knows it.</param>
/// <param name="Forward">Seconds.</param>
/// <param name="BackwardInputs">Seconds for the gradient of the input.</param>
/// <param name="BackwardWeights">Seconds for the gradients of the weights.</param>
/// <param name="ParameterBytes">Of weights, their gradients and the state of the optimizer.</param>
/// <param name="ActivationBytes">What the way back needs of a micro-batch, for as long as that is in flight; the output among it where it does.</param>
/// <param name="OutputBytes">What goes to the layer behind: it is kept there, too, where that is on another unit.</param>
internal sealed record LayerCost(
    string Name, double Forward, double BackwardInputs, double BackwardWeights, long ParameterBytes, long ActivationBytes, long OutputBytes);
