using System.Diagnostics;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Bench.Train.Contestants;

/// <summary>A workload's model in training on one random batch, over and over.</summary>
internal sealed class StepLoop : IDisposable
{
    private readonly CpuProcessor processor;
    private readonly CpuTrainingStep step;
    private readonly float[] targets;
    private readonly int batch;
    private readonly double learningRate;
    private long steps;

    public StepLoop(Workload workload, int batch, int threads)
    {
        var random = new Random(batch);
        var graph = workload.Graph;
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 0, trial: 0);
        processor = new CpuProcessor(threads);
        step = new CpuTrainingStep(processor, graph, tensors, Workload.Loss, workload.Optimizer, batch);
        targets = new float[batch * workload.Targets];
        workload.FillInputs(step.Input, random);
        workload.FillTargets(targets, random);
        ParameterCount = graph.ParameterCount;
        this.batch = batch;
        learningRate = workload.Optimizer.LearningRate;
    }

    public long ParameterCount { get; }

    /// <summary>Takes steps for that long.</summary>
    public Stint Run(double seconds)
    {
        var (start, count) = (Stopwatch.GetTimestamp(), 0);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            step.Forward(new Pass(batch, Training: true, Step: steps), targets);
            step.Backward();
            step.Move(++steps, learningRate);
            count++;
        }

        return new Stint(count, Stopwatch.GetElapsedTime(start).TotalSeconds, Stint.PeakMemory());
    }

    public void Dispose() => processor.Dispose();
}
