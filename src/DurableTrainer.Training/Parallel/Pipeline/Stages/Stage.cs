using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;

namespace DurableTrainer.Training.Parallel.Pipeline.Stages;

/// <summary>
/// A part of the model on one unit. Each micro-batch in flight has an executable of its own, which keeps what its way back needs; they share
/// parameters and their packed copies. Gradients are summed in the order in which micro-batches come back.
/// </summary>
internal sealed class Stage
{
    private readonly CpuExecutable[] slots;
    private readonly IReadOnlyList<ModelTensor> parameters;
    private readonly TensorBuffer[] sums;
    private readonly Loss? loss;
    private readonly int number;
    private readonly Optimizer optimizer;
    private readonly int[] moved;

    /// <param name="number">From 0, where the batch comes in.</param>
    /// <param name="processor">Of the unit.</param>
    /// <param name="part">The part of the model.</param>
    /// <param name="tensors">Of the whole model.</param>
    /// <param name="optimizer">Of the whole model; moves the parameters of this part when this part says so.</param>
    /// <param name="options">What is before and behind it.</param>
    public Stage(int number, CpuProcessor processor, Graph part, ModelTensors tensors, Optimizer optimizer, StageOptions options)
    {
        (this.number, this.optimizer) = (number, optimizer);
        var compile = new CompileOptions { WayBack = options.SplitsBackward ? WayBack.Apart : WayBack.Whole, InputGradient = !options.IsFirst };
        slots = [.. Enumerable.Range(0, options.Slots).Select(_ => processor.Compile(part, tensors, options.MostSamples, compile))];
        parameters = [.. part.Parameters.Select(declaration => tensors[declaration.Name])];
        moved = [.. tensors.Parameters.Index().Where(one => parameters.Contains(one.Item)).Select(one => one.Index)];
        sums = [.. parameters.Select(parameter => new TensorBuffer(parameter.Shape.Size))];
        loss = options.Loss;
    }

    /// <summary>Its neighbour towards the input; null of the first.</summary>
    public Stage? Before { get; set; }

    /// <summary>Memory of the values of all micro-batches in flight, and of the sums of gradients.</summary>
    public long Bytes => slots.Sum(slot => slot.Bytes) + sums.Sum(sum => (long)sum.Length) * sizeof(float);

    public void Forward(PipelineBatch batch, int microBatch, GapGate? gate)
    {
        var pass = batch.PassOf(microBatch);
        if (pass.Count == 0)
            return;
        var slot = SlotOf(microBatch);
        slot.Begin(pass);
        Run(gate, ChunkKind.TakeInput, () => TakeInput(batch, microBatch, slot));
        for (var operation = 0; operation < slot.ForwardNodes.Count; operation++)
            Run(gate, ChunkKind.Forward, slot.ForwardOne, operation);
        if (loss is not null)
            Run(gate, ChunkKind.Loss, () => Measure(loss, batch, microBatch, slot));
    }

    public void Backward(PipelineBatch batch, int microBatch, GapGate? gate)
    {
        if (batch.PassOf(microBatch).Count == 0)
            return;
        var slot = SlotOf(microBatch);
        // Memory of one operation's gradients serves the next.
        for (var operation = 0; operation < slot.BackwardNodes.Count; operation++)
        {
            Run(gate, ChunkKind.BackwardInputs, slot.BackwardInputsOne, operation);
            Run(gate, ChunkKind.BackwardWeights, slot.BackwardWeightsOne, operation);
        }

        HandBack(microBatch, slot, gate);
        Sum(batch, microBatch, gate);
    }

    public void BackwardInputs(PipelineBatch batch, int microBatch, GapGate? gate)
    {
        if (batch.PassOf(microBatch).Count == 0)
            return;
        var slot = SlotOf(microBatch);
        for (var operation = 0; operation < slot.BackwardNodes.Count; operation++)
            Run(gate, ChunkKind.BackwardInputs, slot.BackwardInputsOne, operation);
        HandBack(microBatch, slot, gate);
    }

    public void BackwardWeights(PipelineBatch batch, int microBatch, GapGate? gate)
    {
        if (batch.PassOf(microBatch).Count == 0)
            return;
        var slot = SlotOf(microBatch);
        for (var operation = 0; operation < slot.BackwardNodes.Count; operation++)
            Run(gate, ChunkKind.BackwardWeights, slot.BackwardWeightsOne, operation);
        Sum(batch, microBatch, gate);
    }

    /// <summary>Moves the parameters of this part, in a step that the optimizer has begun.</summary>
    public void Move(GapGate? gate)
    {
        foreach (var parameter in moved)
            Run(gate, ChunkKind.Move, optimizer.MoveOne, parameter);
    }

    private CpuExecutable SlotOf(int microBatch) => slots[microBatch % slots.Length];

    private void Run(GapGate? gate, ChunkKind kind, Action<int> run, int operation)
    {
        gate?.Enter(new Chunk(number, kind, operation));
        run(operation);
        gate?.Leave();
    }

    private void Run(GapGate? gate, ChunkKind kind, Action run) => Run(gate, kind, _ => run(), operation: 0);

    private void TakeInput(PipelineBatch batch, int microBatch, CpuExecutable slot) =>
        (Before is null ? batch.InputsOf(microBatch) : Before.SlotOf(microBatch).Output).CopyTo(slot.Input);

    private static void Measure(Loss loss, PipelineBatch batch, int microBatch, CpuExecutable slot)
    {
        var lossSum = loss.Sum(slot.Output, batch.TargetsOf(microBatch), slot.OutputGradient);
        batch.PassOf(microBatch).Part!.Weigh(slot.OutputGradient);
        batch.Put(microBatch, slot.Output, lossSum);
    }

    /// <summary>The stage before has nothing else to do with this micro-batch until this comes, so its memory is free for it.</summary>
    private void HandBack(int microBatch, CpuExecutable slot, GapGate? gate)
    {
        if (Before is not null)
            Run(gate, ChunkKind.HandBack, () => slot.InputGradient.CopyTo(Before.SlotOf(microBatch).OutputGradient));
    }

    /// <summary>Adds a micro-batch's gradients to those before. The last one leaves the sum of all in their place.</summary>
    private void Sum(PipelineBatch batch, int microBatch, GapGate? gate)
    {
        if (batch.Parts > 1)
            Run(gate, ChunkKind.Sum, () => Sum(isFirst: microBatch == 0, isLast: microBatch == batch.Parts - 1));
    }

    private void Sum(bool isFirst, bool isLast)
    {
        for (var parameter = 0; parameter < sums.Length; parameter++)
        {
            var (gradient, sum) = (parameters[parameter].GradientBuffer, sums[parameter]);
            if (isFirst)
                gradient.Span.CopyTo(sum.Span);
            else if (isLast)
                Rows.Add(sum, 0, gradient, 0, sum.Length);
            else
                Rows.Add(gradient, 0, sum, 0, sum.Length);
        }
    }
}

/// <param name="MostSamples">Of a micro-batch.</param>
/// <param name="Slots">Micro-batches in flight at most.</param>
/// <param name="IsFirst">Whether the model's input comes in here, for which no gradient is wanted.</param>
/// <param name="Loss">What is minimised, of the last stage; null of the others.</param>
/// <param name="SplitsBackward">Whether gradients of weights are computed apart from those of inputs.</param>
internal sealed record StageOptions(int MostSamples, int Slots, bool IsFirst, Loss? Loss, bool SplitsBackward);
