using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>An operation with its buffers. The ways back refer to the last way forward.</summary>
internal abstract class CpuOperation
{
    /// <summary>Which of its values the ways back read; the memory of the others serves something else by then.</summary>
    public virtual Kept Kept => Kept.Inputs | Kept.Output;

    /// <summary>Which of its results it can write over what it read for them.</summary>
    public virtual InPlace InPlace => InPlace.None;

    public abstract void Forward(in Pass pass);

    /// <summary>From the gradient of the output to the gradients of the inputs.</summary>
    public virtual void BackwardInputs(in Pass pass)
    {
    }

    /// <summary>From the gradient of the output to the gradients of the parameters.</summary>
    public virtual void BackwardWeights(in Pass pass)
    {
    }
}

/// <summary>Values of the way forward that a way back reads.</summary>
[Flags]
internal enum Kept
{
    None = 0,
    Inputs = 1,
    Output = 2,
}

/// <summary>Results that may lie where an operand of the same size lay.</summary>
[Flags]
internal enum InPlace
{
    None = 0,

    /// <summary>The output in an input's memory.</summary>
    Forward = 1,

    /// <summary>An input's gradient in the memory of the output's; the gradients of parameters do not need that any more.</summary>
    Backward = 2,
}
