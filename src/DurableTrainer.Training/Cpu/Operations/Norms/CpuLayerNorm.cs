using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

internal sealed class CpuLayerNorm : CpuOperation
{
    private readonly Placement place;
    private readonly ModelTensor weight, bias;
    private readonly int features, rowsPerSample;
    private readonly TensorBuffer sums;
    private readonly Action<int, int> normalize, normalizeBack, sumGradients;
    private int rows;

    public CpuLayerNorm(Placement place, LayerNormOperation operation)
    {
        this.place = place;
        weight = place.Parameter("weight");
        bias = place.Parameter("bias");
        features = place.Input.Shape[^1];
        rowsPerSample = place.Input.Size / features;
        var moments = place.Saved(2L * place.Batch * rowsPerSample);
        sums = place.Scratch(2L * LayerStatistics.Blocks(place.Batch * rowsPerSample) * LayerStatistics.SumsLength(features));
        normalize = (block, _) => LayerStatistics.Normalize(
            place.X, weight.Buffer, bias.Buffer, place.Y, moments, rows, features, operation.Epsilon, block);
        normalizeBack = (block, _) => LayerStatistics.NormalizeBack(
            place.OutputGradient, place.X, weight.Buffer, moments, place.InputGradient!, rows, features, block);
        sumGradients = (block, _) =>
            LayerStatistics.SumGradients(place.OutputGradient, place.X, moments, rows, features, sums, block);
    }

    public override Kept Kept => Kept.Inputs;

    private int Blocks => LayerStatistics.Blocks(rows);

    public override void Forward(in Pass pass)
    {
        rows = pass.Count * rowsPerSample;
        place.Team.Run(Blocks, normalize);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(Blocks, normalizeBack);
    }

    public override void BackwardWeights(in Pass pass)
    {
        place.Team.Run(Blocks, sumGradients);
        var length = LayerStatistics.SumsLength(features);
        BlockSums.Total(sums.Span, Blocks, 2 * length, weight.GradientBuffer.Span);
        BlockSums.Total(sums.Span[length..], Blocks, 2 * length, bias.GradientBuffer.Span);
    }
}
