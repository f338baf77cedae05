using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>The way back costs as much as there are indices, beside clearing the gradient. An index has no gradient: it is zero.</summary>
internal sealed class CpuEmbedding : CpuOperation
{
    /// <summary>Indices that a job looks up.</summary>
    private const int JobIndices = 256;

    private readonly Placement place;
    private readonly ModelTensor weight;
    private readonly int width;
    private readonly Action<int, int> lookUp, gather;
    private int count;

    public CpuEmbedding(Placement place, EmbeddingOperation operation)
    {
        this.place = place;
        weight = place.Parameter("weight");
        width = operation.Width;
        lookUp = (job, _) => Tables.LookUp(
            weight.Buffer, place.X, place.Y, width, job * JobIndices, Math.Min(count, (job + 1) * JobIndices));
        gather = (strip, _) => Tables.LookUpBack(
            place.X, place.OutputGradient, count, weight.GradientBuffer, operation.Vocabulary, width, strip);
    }

    public override Kept Kept => Kept.Inputs;

    public override void Forward(in Pass pass)
    {
        count = pass.Count * place.Input.Size;
        place.Team.Run((count + JobIndices - 1) / JobIndices, lookUp);
    }

    public override void BackwardInputs(in Pass pass) => place.InputGradient?.Span[..count].Clear();

    public override void BackwardWeights(in Pass pass) => place.Team.Run(Tables.Strips(width), gather);
}

/// <summary>Its input's gradient is its output's, in the same memory.</summary>
internal sealed class CpuPositionEmbedding : CpuOperation
{
    /// <summary>Strips of the table that a job sums up.</summary>
    private const int JobStrips = 16;

    private readonly Placement place;
    private readonly int strips;
    private readonly Action<int, int> add, sum;
    private int count;

    public CpuPositionEmbedding(Placement place)
    {
        this.place = place;
        var weight = place.Parameter("weight");
        var size = place.Input.Size;
        strips = Tables.Strips(size);
        add = (sample, _) => Tables.Add(place.X, weight.Buffer, place.Y, size, sample);
        sum = (job, _) =>
        {
            for (int strip = job * JobStrips, end = Math.Min(strips, strip + JobStrips); strip < end; strip++)
                Tables.AddBack(place.OutputGradient, count, weight.GradientBuffer, size, strip);
        };
    }

    public override Kept Kept => Kept.None;

    public override void Forward(in Pass pass)
    {
        count = pass.Count;
        place.Team.Run(count, add);
    }

    public override void BackwardWeights(in Pass pass) => place.Team.Run((strips + JobStrips - 1) / JobStrips, sum);
}
