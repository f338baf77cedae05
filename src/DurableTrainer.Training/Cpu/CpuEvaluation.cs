using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>A graph compiled for inference together with its loss, which takes less memory than training.</summary>
internal sealed class CpuEvaluation(CpuExecutable executable, Loss loss) : IModelPass
{
    public int Batch => executable.Batch;

    public Span<float> Input => executable.Input;

    public ReadOnlySpan<float> Output => executable.Output;

    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        executable.Forward(pass);
        return loss.Sum(executable.Output, targets, []);
    }
}
