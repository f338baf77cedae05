using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Tests.Parallel.Data;

/// <summary>
/// CPU processors that compute for real and say how long it took. A processor is known by the number of its threads, so that units are told
/// apart; some fail when they are told to.
/// </summary>
internal sealed class TimedProcessors(ThreadTime time) : IProcessorFactory
{
    public long? PeakMemoryBytes => null;

    public bool ShareBatches => true;

    /// <summary>Seconds that a processor of so many threads takes for so many samples in a step of the trial.</summary>
    public Func<int, int, long, double> Seconds { get; init; } = (_, samples, _) => 1e-3 * samples;

    /// <summary>What a processor of so many threads does instead in a step of the trial, if anything.</summary>
    public Func<int, long, Exception?> Failure { get; init; } = (_, _) => null;

    public IProcessor Create(int threads) => new Timed(new CpuProcessor(threads), this);

    private sealed class Timed(CpuProcessor processor, TimedProcessors rules) : IProcessor
    {
        public int Threads => processor.Threads;

        public ICompiledModel Compile(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples) =>
            new TimedModel(processor.Compile(graph, loss, optimizer, batch, samples), Threads, rules);

        public void Dispose() => processor.Dispose();
    }

    private sealed class TimedModel(ICompiledModel model, int threads, TimedProcessors rules) : ICompiledModel
    {
        public IReadOnlyList<IModelTensor> Parameters => model.Parameters;

        public IReadOnlyList<IModelTensor> Gradients => model.Gradients;

        public IReadOnlyList<IModelTensor> State => model.State;

        public IReadOnlyList<IModelTensor> OptimizerState => model.OptimizerState;

        public ITrainingStep Step { get; } = new TimedStep(model.Step, threads, rules);

        public IModelPass Evaluation => model.Evaluation;
    }

    private sealed class TimedStep(ITrainingStep step, int threads, TimedProcessors rules) : ITrainingStep
    {
        private Pass last;

        public int Batch => step.Batch;

        public Span<float> Input => step.Input;

        public ReadOnlySpan<float> Output => step.Output;

        public double Forward(in Pass pass, ReadOnlySpan<float> targets)
        {
            last = pass;
            rules.Time.Work(rules.Seconds(threads, pass.Count, pass.Step));
            return step.Forward(pass, targets);
        }

        public double? Backward()
        {
            if (rules.Failure(threads, last.Step) is { } failure)
                throw failure;
            return step.Backward();
        }

        public double? Clip() => step.Clip();

        public void Move(long step1, double rate) => step.Move(step1, rate);
    }

    private ThreadTime Time => time;
}
