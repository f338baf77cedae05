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

    /// <returns>Seconds of each.</returns>
    public double[] Take(int count)
    {
        var seconds = new double[count];
        for (var taken = 0; taken < count; taken++)
        {
            var start = time.GetTimestamp();
            step.Forward(new Pass(DataTask.Batch, Training: true, Step: steps), targets);
            step.Backward();
            step.Move(++steps, 1e-3);
            seconds[taken] = time.GetElapsedTime(start).TotalSeconds;
        }

        return seconds;
    }

    public void Dispose() => processor.Dispose();
}

/// <summary>A step on one processor.</summary>
/// <param name="Before">Steps of the shared run that were done before it.</param>
/// <param name="Seconds">It took.</param>
internal readonly record struct SingleStep(int Before, double Seconds);
