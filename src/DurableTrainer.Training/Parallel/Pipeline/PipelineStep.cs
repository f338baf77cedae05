using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>
/// A step whose batch goes through the stages in micro-batches. Each of them counts as much as its share of the targets that count; layers that
/// measure a batch measure a micro-batch.
/// </summary>
/// <param name="open">Cuts the model and makes the stages; who only evaluates needs none.</param>
/// <param name="batch">The batch on its way.</param>
/// <param name="loss">What is minimised.</param>
/// <param name="clip">Clips the gradients; null where they are not.</param>
internal sealed class PipelineStep(Func<PipelineCrew> open, PipelineBatch batch, Loss loss, GradientClip? clip) : ITrainingStep, IDisposable
{
    private PipelineCrew? crew;

    /// <summary>Where the thread that asks for steps waits for gaps between them; null where it does not.</summary>
    public GapGate? Gate => crew?.Fill?.GateOf(crew.Units);

    public int Batch => batch.Most;

    public Span<float> Input => batch.Inputs;

    public ReadOnlySpan<float> Output => batch.Outputs;

    /// <summary>Both ways, as the first micro-batches go back while others still go forward.</summary>
    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        batch.Take(pass, targets, loss);
        (crew ??= open()).Run(batch);
        return batch.LossSum;
    }

    public double? Backward() => Clip();

    public double? Clip() => clip?.Apply();

    public void Move(long step, double rate) => (crew ??= open()).Move(step, rate);

    public void Dispose() => crew?.Dispose();
}
