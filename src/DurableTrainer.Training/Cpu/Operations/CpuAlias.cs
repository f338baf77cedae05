using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Another shape for the same memory, on the way forward and on the way back.</summary>
internal sealed class CpuAlias : CpuOperation
{
    public override Kept Kept => Kept.None;

    public override void Forward(in Pass pass)
    {
    }
}
