using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>What each thread works with while it does one head of an attention.</summary>
internal sealed class HeadMemory
{
    private const int Panel = PackedMatrix.PanelWidth;

    private readonly int transposedLength, rowsLength, valuesLength;
    private readonly TensorBuffer scores, slopes, transposed, rows, values, inverseSums;

    public HeadMemory(Placement place, int length, int headWidth)
    {
        ScoresLength = length * Panel;
        transposedLength = headWidth * Panel;
        rowsLength = (int)PackedMatrix.LengthOf(Panel, headWidth);
        valuesLength = (int)PackedMatrix.LengthOf(length, headWidth);
        long threads = place.Team.Threads;
        scores = place.Scratch(threads * ScoresLength);
        slopes = place.Scratch(threads * ScoresLength);
        transposed = place.Scratch(threads * 2 * transposedLength);
        rows = place.Scratch(threads * rowsLength);
        values = place.Scratch(threads * valuesLength);
        inverseSums = place.Scratch(threads * Panel);
    }

    public int ScoresLength { get; }

    /// <summary><c>[keys, queries]</c></summary>
    public Matrix Scores(int worker, in AttentionScores panel) => new(scores, worker * ScoresLength, panel.Keys, panel.Queries, Panel);

    /// <summary>The gradients of <see cref="Scores"/>.</summary>
    public Matrix Slopes(int worker, in AttentionScores panel) => new(slopes, worker * ScoresLength, panel.Keys, panel.Queries, Panel);

    /// <summary>A panel of queries as the right side of the scores; two at a time.</summary>
    public PackedMatrix Transposed(int worker, int number, in Matrix queries) =>
        Pack(transposed, (2 * worker + number) * transposedLength, queries.Transposed);

    /// <summary>A panel of queries as the right side of what it adds to keys or values.</summary>
    public PackedMatrix Rows(int worker, in Matrix queries) => Pack(rows, worker * rowsLength, queries);

    /// <summary>All keys or values as the right side of what queries get of them.</summary>
    public PackedMatrix Values(int worker, in Matrix source) => Pack(values, worker * valuesLength, source);

    public void Weigh(int worker, in AttentionScores panel, float scale, TensorBuffer logSums, int logSumsOffset) =>
        panel.Weigh(scores, scale, inverseSums, worker * Panel, logSums, logSumsOffset);

    public void WeighBack(in AttentionScores panel, float scale, TensorBuffer logSums, int logSumsOffset) =>
        panel.WeighBack(scores, slopes, scale, logSums, logSumsOffset);

    /// <summary>Divides each query's row by the sum of its weights.</summary>
    public void Normalize(int worker, in Matrix output) => AttentionScores.ScaleRows(output, inverseSums, worker * Panel);

    /// <summary>A product that may take fewer rows of <paramref name="b"/> than it has.</summary>
    public static void Multiply(in Matrix a, in PackedMatrix b, in Matrix c, bool accumulate = false)
    {
        for (var panel = 0; panel < b.Panels; panel++)
        {
            var first = new PackedMatrix(b.Buffer, b.PanelOffset(panel), a.Columns, b.PanelColumns(panel));
            MatrixProduct.MultiplyPanel(a, first, 0, c with { Offset = c.Offset + panel * Panel }, accumulate: accumulate);
        }
    }

    private static PackedMatrix Pack(TensorBuffer buffer, int offset, in Matrix source)
    {
        var packed = new PackedMatrix(buffer, offset, source.Rows, source.Columns);
        packed.Pack(source);
        return packed;
    }
}
