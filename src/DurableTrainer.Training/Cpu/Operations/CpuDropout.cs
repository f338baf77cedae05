using System.Text;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// The mask of a step follows from the pass (seed, trial, step), the node's id and the place in the batch alone, whoever computes which part
/// of the batch.
/// </summary>
internal sealed class CpuDropout : CpuOperation
{
    private readonly Placement place;
    private readonly Action<int, int> forward, backward;
    private readonly byte[] purpose;
    private readonly KeyedRandom random = new(0, "");
    private readonly double configured;
    private int count;
    private ulong key;
    private double rate;
    private uint first;

    public CpuDropout(Placement place, DropoutOperation operation)
    {
        this.place = place;
        configured = operation.Rate;
        purpose = Encoding.UTF8.GetBytes("dropout/" + place.Node!.Id);
        forward = (job, _) => Dropping.Apply(place.X, place.Y, count, key, rate, first, job);
        backward = (job, _) => Dropping.Apply(place.OutputGradient, place.InputGradient!, count, key, rate, first, job);
    }

    public override Kept Kept => Kept.None;

    public override InPlace InPlace => InPlace.Forward | InPlace.Backward;

    public override void Forward(in Pass pass)
    {
        count = pass.Count * place.Output.Size;
        // Numbers beyond 32 bits begin again at 0, as those of one large batch would.
        first = unchecked((uint)((long)(pass.Part?.Offset ?? 0) * place.Output.Size));
        rate = pass.Training ? configured : 0;
        key = rate == 0 ? 0 : KeyOf(pass);
        place.Team.Run(Pointwise.Jobs(count), forward, Pointwise.WorkPerJob);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(Pointwise.Jobs(count), backward, Pointwise.WorkPerJob);
    }

    private ulong KeyOf(in Pass pass)
    {
        random.Restart(pass.Seed, purpose, pass.Trial, pass.Step);
        return random.NextUInt64();
    }
}
