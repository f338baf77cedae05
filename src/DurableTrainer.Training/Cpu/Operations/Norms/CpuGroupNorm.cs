using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Over samples of places of channels, with channels last; a job is a sample.</summary>
internal sealed class CpuGroupNorm : CpuOperation
{
    private readonly Placement place;
    private readonly ModelTensor weight, bias;
    private readonly GroupNormMemory memory;
    private readonly int stride;
    private readonly Action<int, int> normalize, sum, normalizeBack;

    public CpuGroupNorm(Placement place, GroupNormOperation operation)
    {
        this.place = place;
        weight = place.Parameter("weight");
        bias = place.Parameter("bias");
        var channels = place.Input.Shape[0];
        var statistics = new GroupStatistics(place.Input.Size / channels, channels, operation.Groups);
        stride = statistics.Stride;
        long perSample = (long)place.Batch * stride;
        memory = new GroupNormMemory(
            place.Saved(perSample), place.Saved(perSample), place.Saved(perSample), place.Saved(perSample),
            place.Scratch(2L * place.Team.Threads * stride));
        normalize = (sample, _) =>
            statistics.Normalize(place.X, weight.Buffer, bias.Buffer, place.Y, memory, operation.Epsilon, sample);
        sum = (sample, _) => statistics.SumGradients(place.OutputGradient, place.X, memory, sample);
        normalizeBack = (sample, worker) =>
            statistics.NormalizeBack(place.OutputGradient, place.X, weight.Buffer, memory, place.InputGradient!, sample, worker);
    }

    public override Kept Kept => Kept.Inputs;

    public override void Forward(in Pass pass) => place.Team.Run(pass.Count, normalize);

    public override void BackwardInputs(in Pass pass)
    {
        place.Team.Run(pass.Count, sum);
        if (place.InputGradient is not null)
            place.Team.Run(pass.Count, normalizeBack);
    }

    public override void BackwardWeights(in Pass pass)
    {
        BlockSums.Total(memory.Products.Span, pass.Count, stride, weight.GradientBuffer.Span);
        BlockSums.Total(memory.Sums.Span, pass.Count, stride, bias.GradientBuffer.Span);
    }
}
