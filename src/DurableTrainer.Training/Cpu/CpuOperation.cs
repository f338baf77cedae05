namespace DurableTrainer.Training.Cpu;

/// <summary>An operation with its buffers. The ways back refer to the last way forward.</summary>
internal abstract class CpuOperation
{
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
