using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>The sum of two values; both gradients are the gradient of the sum, in the same memory.</summary>
internal sealed class CpuAdd : CpuOperation
{
    private readonly Placement place;
    private readonly Action<int, int> add;
    private int count;

    public CpuAdd(Placement place)
    {
        this.place = place;
        add = (job, _) => Pointwise.Add(place.Inputs[0].Data, place.Inputs[1].Data, place.Y, count, job);
    }

    public override Kept Kept => Kept.None;

    public override InPlace InPlace => InPlace.Forward;

    public override void Forward(in Pass pass)
    {
        count = pass.Count * place.Output.Size;
        place.Team.Run(Pointwise.Jobs(count), add, Pointwise.WorkPerJob);
    }
}

/// <summary>On the way back: the sum of what the consumers of a value say its gradient is.</summary>
internal sealed class CpuGradientSum : CpuOperation
{
    private readonly ThreadTeam team;
    private readonly int size;
    private readonly Action<int, int>[] additions;
    private int count;

    public CpuGradientSum(CpuValue value, ThreadTeam team)
    {
        this.team = team;
        size = value.Size;
        var (shares, sum) = (value.Shares.ToArray(), value.Gradient!);
        additions = [.. Enumerable.Range(1, shares.Length - 1).Select(i => new Action<int, int>(
            (job, _) => Pointwise.Add(i == 1 ? shares[0] : sum, shares[i], sum, count, job)))];
    }

    public override Kept Kept => Kept.None;

    public override InPlace InPlace => InPlace.Backward;

    public override void Forward(in Pass pass)
    {
    }

    public override void BackwardInputs(in Pass pass)
    {
        count = pass.Count * size;
        foreach (var addition in additions)
            team.Run(Pointwise.Jobs(count), addition, Pointwise.WorkPerJob);
    }
}
