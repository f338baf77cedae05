using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Bench.Data;

/// <summary>Steps of the same model on one processor of one thread, by the same clock.</summary>
internal sealed class SingleSteps : IDisposable
{
    private readonly CpuProcessor processor = new();
    private readonly CpuTrainingStep step;
    private readonly TimeProvider time;
    private readonly float[] targets;
    private readonly List<double> seconds = [];
    private long steps;

    public SingleSteps(DataTask task, TimeProvider time)
    {
        this.time = time;
        var graph = GraphBuilder.Build(task.Spec.Model, task.Dataset.SampleShape, task.Spec.Loss, task.Dataset.TargetSize);
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 0, trial: 0);
        step = new CpuTrainingStep(processor, graph, tensors, task.Spec.Loss, task.Spec.Optimizer, DataTask.Batch);
        task.Dataset.Inputs.AsSpan(0, step.Input.Length).CopyTo(step.Input);
        targets = task.Dataset.Targets[..DataTask.Batch];
    }

    /// <summary>The median of all steps so far.</summary>
    public double Seconds => Measuring.Statistics.Median(seconds);

    public void Take(int count)
    {
        for (var taken = 0; taken < count; taken++)
        {
            var start = time.GetTimestamp();
            step.Forward(new Pass(DataTask.Batch, Training: true, Step: steps), targets);
            step.Backward();
            step.Move(++steps, 1e-3);
            seconds.Add(time.GetElapsedTime(start).TotalSeconds);
        }
    }

    /// <summary>What came so far made programs and caches warm.</summary>
    public void Forget() => seconds.Clear();

    public void Dispose() => processor.Dispose();
}
