using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// The input's part of all gates is one product. Then each job takes some samples through all times by itself, so that threads need not
/// wait for each other at every time; and back in the same way, which leaves the gradients of all gates for products over all times.
/// </summary>
internal sealed class CpuGru : CpuOperation
{
    /// <summary>Samples of a job: as many as fill the rows of a product's tile.</summary>
    private const int JobSamples = 8;

    private readonly Placement place;
    private readonly GruWeights weights;
    private readonly bool sequence;
    private readonly int units, features, length;
    private readonly TensorBuffer gates, states, slopes, hidden, carry;
    private readonly Action<int, int> multiplyInput, forward, backward, multiplyInputBack;
    private int count;

    public CpuGru(Placement place, GruOperation operation)
    {
        this.place = place;
        (units, sequence) = (operation.Units, operation.Sequence);
        (length, features) = (place.Input.Shape[0], place.Input.Shape[1]);
        weights = new GruWeights(place, units, features);
        var rows = (long)place.Batch * length;
        (gates, states, slopes) = (place.Saved(4 * rows * units), place.Saved(rows * units), place.Saved(4 * rows * units));
        hidden = place.Scratch(place.Team.Threads * 3L * JobSamples * units);
        carry = place.Scratch(place.Team.Threads * (long)JobSamples * units);
        multiplyInput = (job, _) => MatrixProduct.MultiplyJob(
            new Matrix(place.X, Rows, features), weights.Input, job, Columns(gates, 0, 3), weights.InputBias.Buffer, path: place.Path);
        forward = Forward;
        backward = Backward;
        multiplyInputBack = (job, _) => MatrixProduct.MultiplyJob(
            Columns(slopes, 0, 3), weights.InputBack, job, new Matrix(place.InputGradient!, Rows, features), path: place.Path);
    }

    public override Kept Kept => Kept.Inputs;

    private int Rows => count * length;

    private int Jobs => (count + JobSamples - 1) / JobSamples;

    public override void Forward(in Pass pass)
    {
        count = pass.Count;
        weights.Pack();
        place.Team.Run(MatrixProduct.Jobs(Rows, 3 * units), multiplyInput);
        place.Team.Run(Jobs, forward);
    }

    /// <summary>Goes through all times also where the input has no gradient: the parameters' come from the same slopes.</summary>
    public override void BackwardInputs(in Pass pass)
    {
        weights.PackBack();
        place.Team.Run(Jobs, backward);
        if (place.InputGradient is not null)
            place.Team.Run(MatrixProduct.Jobs(Rows, features), multiplyInputBack);
    }

    public override void BackwardWeights(in Pass pass) =>
        weights.WriteGradients(new Matrix(place.X, Rows, features), states, slopes, count, length);

    private void Forward(int job, int worker)
    {
        for (var time = 0; time < length; time++)
        {
            var at = At(job, time);
            var product = new Matrix(hidden, worker * 3 * JobSamples * units, at.Samples, 3 * units, 3 * units);
            if (time == 0)
                weights.StartHidden(product);
            else
                MatrixProduct.Multiply(StatesAt(at with { Time = time - 1 }), weights.Hidden, product, weights.HiddenBias.Buffer, path: place.Path);
            GatedUnits.Step(gates, product, states, at);
        }

        for (int sample = job * JobSamples, end = Math.Min(count, sample + JobSamples); sample < end; sample++)
        {
            var size = place.Output.Size;
            states.Span.Slice((sample + 1) * length * units - size, size).CopyTo(place.Y.Span[(sample * size)..]);
        }
    }

    private void Backward(int job, int worker)
    {
        var carried = new Matrix(carry, worker * JobSamples * units, At(job, 0).Samples, units, units);
        carry.Span.Slice(carried.Offset, carried.Rows * units).Clear();
        for (var time = length - 1; time >= 0; time--)
        {
            var at = At(job, time);
            var seen = sequence || time == length - 1 ? place.OutputGradient : null;
            var row = at.FirstSample * place.Output.Size + (sequence ? time * units : 0);
            GatedUnits.StepBack(gates, states, seen, (place.Output.Size, row), carried, slopes, at);
            if (time == 0)
                continue;
            MatrixProduct.Multiply(SlopesAt(at, 0, 2), weights.HiddenBack, carried, accumulate: true, path: place.Path);
            MatrixProduct.Multiply(SlopesAt(at, 3, 1), weights.CandidateBack, carried, accumulate: true, path: place.Path);
        }
    }

    private GatedStep At(int job, int time) =>
        new(job * JobSamples, Math.Min(JobSamples, count - job * JobSamples), time, length, units);

    private Matrix StatesAt(in GatedStep at) => new(states, (int)at.Row(0) * units, at.Samples, units, length * units);

    private Matrix SlopesAt(in GatedStep at, int firstGate, int gateCount) =>
        new(slopes, ((int)at.Row(0) * 4 + firstGate) * units, at.Samples, gateCount * units, length * 4 * units);

    /// <summary>Some gates of all rows.</summary>
    private Matrix Columns(TensorBuffer buffer, int firstGate, int gateCount) =>
        new(buffer, firstGate * units, Rows, gateCount * units, 4 * units);
}
