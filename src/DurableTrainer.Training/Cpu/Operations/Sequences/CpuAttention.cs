using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// A job is a head of a sample. It goes through the queries a panel at a time, so that scores never leave the cache, and keeps one number
/// for each query, from which the way back makes the scores again (Dao et al. 2022). A causal panel ends at the last key that it sees.
/// </summary>
internal sealed class CpuAttention : CpuOperation
{
    private const int Panel = PackedMatrix.PanelWidth;

    private readonly Placement place;
    private readonly int heads, length, width, headWidth;
    private readonly bool causal;
    private readonly float scale;
    private readonly HeadMemory memory;
    private readonly TensorBuffer logSums;
    private readonly Action<int, int> forward, backward;

    public CpuAttention(Placement place, AttentionOperation operation)
    {
        this.place = place;
        (heads, causal) = (operation.Heads, operation.Causal);
        (length, width) = (place.Output.Shape[0], place.Output.Shape[1]);
        headWidth = width / heads;
        scale = (float)(1 / Math.Sqrt(headWidth));
        logSums = place.Saved((long)place.Batch * heads * length);
        memory = new HeadMemory(place, length, headWidth);
        forward = Forward;
        backward = Backward;
    }

    public override Kept Kept => Kept.Inputs;

    public override void Forward(in Pass pass) => place.Team.Run(pass.Count * heads, forward);

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(pass.Count * heads, backward);
    }

    private void Forward(int job, int worker)
    {
        var (sample, head) = Math.DivRem(job, heads);
        Matrix queries = Part(place.X, sample, head, 0), keys = Part(place.X, sample, head, 1), values = Part(place.X, sample, head, 2);
        var output = Of(place.Y, sample, head * headWidth, width);
        for (var first = 0; first < length; first += Panel)
        {
            var scores = Scores(first, worker);
            var weights = memory.Scores(worker, scores);
            MatrixProduct.Multiply(keys.RowRange(0, scores.Keys), memory.Transposed(worker, 0, queries.RowRange(first, scores.Queries)), weights, path: place.Path);
            memory.Weigh(worker, scores, scale, logSums, job * length + first);
            MatrixProduct.Multiply(
                weights.Transposed, PackedMatrix.Unpacked(values.RowRange(0, scores.Keys)), output.RowRange(first, scores.Queries), path: place.Path);
            memory.Normalize(worker, output.RowRange(first, scores.Queries));
        }
    }

    /// <summary>The last panel, which sees all keys, comes first: it sets their gradients, to which the others add.</summary>
    private void Backward(int job, int worker)
    {
        var (sample, head) = Math.DivRem(job, heads);
        Matrix queries = Part(place.X, sample, head, 0), keys = Part(place.X, sample, head, 1), values = Part(place.X, sample, head, 2);
        var gradient = Of(place.OutputGradient, sample, head * headWidth, width);
        var dx = place.InputGradient!;
        Matrix dQueries = Part(dx, sample, head, 0), dKeys = Part(dx, sample, head, 1), dValues = Part(dx, sample, head, 2);
        var last = (length - 1) / Panel * Panel;
        for (var first = last; first >= 0; first -= Panel)
        {
            var scores = Scores(first, worker);
            Matrix panelQueries = queries.RowRange(first, scores.Queries), panelGradient = gradient.RowRange(first, scores.Queries);
            Matrix weights = memory.Scores(worker, scores), slopes = memory.Slopes(worker, scores);
            MatrixProduct.Multiply(keys.RowRange(0, scores.Keys), memory.Transposed(worker, 0, panelQueries), weights, path: place.Path);
            MatrixProduct.Multiply(values.RowRange(0, scores.Keys), memory.Transposed(worker, 1, panelGradient), slopes, path: place.Path);
            memory.WeighBack(scores, scale, logSums, job * length + first);
            var add = first != last;
            MatrixProduct.Multiply(
                weights, PackedMatrix.Unpacked(panelGradient), dValues.RowRange(0, scores.Keys), accumulate: add, path: place.Path);
            MatrixProduct.Multiply(slopes, PackedMatrix.Unpacked(panelQueries), dKeys.RowRange(0, scores.Keys), accumulate: add, path: place.Path);
            MatrixProduct.Multiply(
                slopes.Transposed, PackedMatrix.Unpacked(keys.RowRange(0, scores.Keys)), dQueries.RowRange(first, scores.Queries), path: place.Path);
        }
    }

    private AttentionScores Scores(int first, int worker)
    {
        var queries = Math.Min(Panel, length - first);
        return new AttentionScores(worker * memory.ScoresLength, causal ? first + queries : length, first, queries, causal);
    }

    /// <summary>Queries (0), keys (1) or values (2) of a head.</summary>
    private Matrix Part(TensorBuffer buffer, int sample, int head, int part) =>
        Of(buffer, sample, part * width + head * headWidth, 3 * width);

    private Matrix Of(TensorBuffer buffer, int sample, int column, int rowLength) =>
        new(buffer, sample * length * rowLength + column, length, headWidth, rowLength);
}
