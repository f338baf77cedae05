using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>Queries, keys and values side by side in each place's row, the heads side by side in each of them.</summary>
internal sealed class AttentionTwin(AttentionOperation operation, Shape input) : Twin
{
    private readonly int length = input[0];
    private readonly int width = input[1] / 3;
    private readonly int headWidth = input[1] / 3 / operation.Heads;

    public override double[] Forward(double[] x, int count, double[][] parameters)
    {
        var y = new double[count * length * width];
        Visit(count, (sample, head, query) =>
        {
            var weights = Weights(x, sample, head, query);
            for (var key = 0; key < weights.Length; key++)
                for (var d = 0; d < headWidth; d++)
                    y[Output(sample, head, query, d)] += weights[key] * x[Input(sample, head, key, d, 2)];
        });
        return y;
    }

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var dx = new double[x.Length];
        Visit(count, (sample, head, query) =>
        {
            var weights = Weights(x, sample, head, query);
            var dWeights = new double[weights.Length];
            for (var key = 0; key < weights.Length; key++)
            {
                for (var d = 0; d < headWidth; d++)
                {
                    var slope = dy[Output(sample, head, query, d)];
                    dWeights[key] += slope * x[Input(sample, head, key, d, 2)];
                    dx[Input(sample, head, key, d, 2)] += slope * weights[key];
                }
            }

            var dScores = SoftmaxTwin.Back(weights, dWeights);
            for (var key = 0; key < weights.Length; key++)
            {
                for (var d = 0; d < headWidth; d++)
                {
                    dx[Input(sample, head, query, d, 0)] += dScores[key] * x[Input(sample, head, key, d, 1)] / Math.Sqrt(headWidth);
                    dx[Input(sample, head, key, d, 1)] += dScores[key] * x[Input(sample, head, query, d, 0)] / Math.Sqrt(headWidth);
                }
            }
        });
        return (dx, []);
    }

    private double[] Weights(double[] x, int sample, int head, int query)
    {
        var scores = new double[operation.Causal ? query + 1 : length];
        for (var key = 0; key < scores.Length; key++)
            for (var d = 0; d < headWidth; d++)
                scores[key] += x[Input(sample, head, query, d, 0)] * x[Input(sample, head, key, d, 1)] / Math.Sqrt(headWidth);
        return SoftmaxTwin.Of(scores);
    }

    private void Visit(int count, Action<int, int, int> visit)
    {
        for (var sample = 0; sample < count; sample++)
            for (var head = 0; head < operation.Heads; head++)
                for (var query = 0; query < length; query++)
                    visit(sample, head, query);
    }

    private int Input(int sample, int head, int place, int d, int part) =>
        (sample * length + place) * 3 * width + part * width + head * headWidth + d;

    private int Output(int sample, int head, int place, int d) => (sample * length + place) * width + head * headWidth + d;
}
