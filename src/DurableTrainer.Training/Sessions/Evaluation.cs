using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Metrics;

namespace DurableTrainer.Training.Sessions;

/// <summary>Measures a model as it is, in batches of its own size and without the memory that training takes.</summary>
internal sealed class Evaluation
{
    /// <summary>Samples of a batch: enough to fill the kernels, few enough for their values to stay in a cache.</summary>
    private const int BatchSize = 64;

    private readonly LossSpec spec;
    private readonly Dataset dataset;
    private readonly CpuExecutable executable;
    private readonly SampleBatch batch;
    private readonly Loss loss;

    public Evaluation(CpuProcessor processor, Graph graph, ModelTensors tensors, LossSpec spec, Dataset dataset)
    {
        (this.spec, this.dataset) = (spec, dataset);
        executable = processor.Compile(graph, tensors, Math.Min(BatchSize, dataset.Count), CompileOptions.Inference);
        batch = new SampleBatch(dataset, executable);
        loss = Loss.Of(spec);
    }

    /// <summary>Writes <c>prefix.loss</c> and what goes with the loss; nothing when there are no samples.</summary>
    public void Run(ReadOnlySpan<int> samples, string prefix, IDictionary<string, double> metrics)
    {
        var sum = MetricSum.Of(spec, dataset.TargetSize);
        for (; samples.Length > 0; samples = samples[batch.Count..])
        {
            batch.Load(samples);
            executable.Forward(Pass.Inference(batch.Count));
            sum.Add(executable.Output, batch.Targets, loss.Sum(executable.Output, batch.Targets, []));
        }

        sum.Write(prefix, metrics);
    }
}
