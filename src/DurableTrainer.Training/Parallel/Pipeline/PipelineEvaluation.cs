using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>The way forward through the whole model, in gaps where the trial fills.</summary>
/// <param name="executable">The whole model.</param>
/// <param name="loss">What is minimised.</param>
/// <param name="gate">Where it waits for gaps; null where it does not.</param>
internal sealed class PipelineEvaluation(CpuExecutable executable, Loss loss, Func<GapGate?> gate) : IModelPass
{
    public int Batch => executable.Batch;

    public Span<float> Input => executable.Input;

    public ReadOnlySpan<float> Output => executable.Output;

    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        var guard = gate();
        executable.Begin(pass);
        for (var operation = 0; operation < executable.ForwardNodes.Count; operation++)
        {
            guard?.Enter(new Chunk(0, ChunkKind.Evaluate, operation));
            executable.ForwardOne(operation);
            guard?.Leave();
        }

        guard?.Pause();
        return loss.Sum(executable.Output, targets, []);
    }
}
