using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>What each thread works with while it does one head of an attention.</summary>
internal sealed class HeadMemory
{
    private const int Panel = PackedMatrix.PanelWidth;

    private readonly int transposedLength;
    private readonly TensorBuffer scores, slopes, transposed, inverseSums;

    public HeadMemory(Placement place, int length, int headWidth)
    {
        ScoresLength = length * Panel;
        transposedLength = headWidth * Panel;
        long threads = place.Team.Threads;
        scores = place.Scratch(threads * ScoresLength);
        slopes = place.Scratch(threads * ScoresLength);
        transposed = place.Scratch(threads * 2 * transposedLength);
        inverseSums = place.Scratch(threads * Panel);
    }

    public int ScoresLength { get; }

    /// <summary><c>[keys, queries]</c></summary>
    public Matrix Scores(int worker, in AttentionScores panel) => new(scores, worker * ScoresLength, panel.Keys, panel.Queries, Panel);

    /// <summary>The gradients of <see cref="Scores"/>.</summary>
    public Matrix Slopes(int worker, in AttentionScores panel) => new(slopes, worker * ScoresLength, panel.Keys, panel.Queries, Panel);

    /// <summary>A panel of queries as the right side of the scores; two at a time.</summary>
    public PackedMatrix Transposed(int worker, int number, in Matrix queries)
    {
        var packed = new PackedMatrix(transposed, (2 * worker + number) * transposedLength, queries.Columns, queries.Rows);
        packed.Pack(queries.Transposed);
        return packed;
    }

    public void Weigh(int worker, in AttentionScores panel, float scale, TensorBuffer logSums, int logSumsOffset) =>
        panel.Weigh(scores, scale, inverseSums, worker * Panel, logSums, logSumsOffset);

    public void WeighBack(in AttentionScores panel, float scale, TensorBuffer logSums, int logSumsOffset) =>
        panel.WeighBack(scores, slopes, scale, logSums, logSumsOffset);

    /// <summary>Divides each query's row by the sum of its weights.</summary>
    public void Normalize(int worker, in Matrix output) => AttentionScores.ScaleRows(output, inverseSums, worker * Panel);
}
