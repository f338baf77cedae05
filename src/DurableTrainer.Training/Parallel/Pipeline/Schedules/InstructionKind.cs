namespace DurableTrainer.Training.Parallel.Pipeline.Schedules;

/// <summary>What a unit does with a micro-batch on one of its stages.</summary>
public enum InstructionKind
{
    /// <summary>From the stage's input to its output.</summary>
    Forward,

    /// <summary>From the gradient of the output to those of the weights and of the input.</summary>
    Backward,

    /// <summary>The part of <see cref="Backward"/> that the stage before waits for: the gradient of the input.</summary>
    BackwardInputs,

    /// <summary>The part of <see cref="Backward"/> that nobody waits for: the gradients of the weights.</summary>
    BackwardWeights,
}
