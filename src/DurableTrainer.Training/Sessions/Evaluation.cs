using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Metrics;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>Measures a model as it is.</summary>
internal sealed class Evaluation(IModelPass pass, LossSpec spec, Dataset dataset)
{
    private readonly SampleBatch batch = new(dataset, pass);

    /// <summary>Writes <c>prefix.loss</c> and what goes with the loss; nothing when there are no samples.</summary>
    public void Run(ReadOnlySpan<int> samples, string prefix, IDictionary<string, double> metrics)
    {
        var sum = MetricSum.Of(spec, dataset.TargetSize);
        for (; samples.Length > 0; samples = samples[batch.Count..])
        {
            batch.Load(samples);
            var lossSum = pass.Forward(Pass.Inference(batch.Count), batch.Targets);
            sum.Add(pass.Output, batch.Targets, lossSum);
        }

        sum.Write(prefix, metrics);
    }
}
