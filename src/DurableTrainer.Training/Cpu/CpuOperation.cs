namespace DurableTrainer.Training.Cpu;

/// <summary>An operation with its buffers. The ways back refer to the last way forward.</summary>
internal abstract class CpuOperation
{
    /// <summary>Which of its values the ways back read; the memory of the others serves something else by then.</summary>
    public virtual Kept Kept => Kept.Inputs | Kept.Output;

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
