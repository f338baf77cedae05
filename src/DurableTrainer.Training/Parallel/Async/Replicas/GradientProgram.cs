using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Replicas;

/// <summary>A learner's replica of the model: from parameters and a batch to a gradient.</summary>
internal sealed class GradientProgram : IDisposable
{
    private readonly IProcessor processor;
    private readonly ITrainingStep step;
    private readonly TensorList everything;
    private readonly TensorList state;
    private readonly TensorList gradients;

    /// <param name="processor">What computes; it ends with the program.</param>
    /// <param name="graph">The model.</param>
    /// <param name="spec">What to train.</param>
    /// <param name="batch">The most samples of a batch.</param>
    public GradientProgram(IProcessor processor, Graph graph, TrainingSpec spec, int batch)
    {
        this.processor = processor;
        try
        {
            // Nothing is moved here, so that no room is made for what an optimizer would carry; only that gradients are clipped is its affair.
            var model = processor.Compile(graph, spec.Loss, new SgdSpec { ClipNorm = spec.Optimizer.ClipNorm }, batch, samples: 1);
            step = model.Step;
            everything = new TensorList(model.Parameters.Concat(model.State));
            state = new TensorList(model.State);
            gradients = new TensorList(model.Gradients);
        }
        catch
        {
            processor.Dispose();
            throw;
        }
    }

    /// <param name="parameters">And state after them, as the server gave them.</param>
    /// <param name="batch">The samples.</param>
    /// <param name="pass">Of so many samples, with what determines its random choices.</param>
    /// <param name="result">Gets what comes of it.</param>
    public void Compute(ReadOnlySpan<float> parameters, BatchSamples batch, in Pass pass, Gradient result)
    {
        everything.Write(parameters);
        batch.Inputs.CopyTo(step.Input);
        result.Count = batch.Count;
        result.LossSum = step.Forward(pass, batch.Targets);
        step.Output.CopyTo(result.Output);
        state.CopyTo(result.State);
        result.Norm = null;
        if (!double.IsFinite(result.LossSum))
            return;
        result.Norm = step.Backward();
        gradients.CopyTo(result.Values);
    }

    public void Dispose() => processor.Dispose();
}
