using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>The largest value (the first of equal ones) or the mean of windows; padding is never the largest, and counts as zeros in a mean.</summary>
internal sealed class PoolTwin(bool largest, (int Height, int Width) window, int stride, int padding, Shape input, Shape output) : Twin
{
    public override double[] Forward(double[] x, int count, double[][] parameters)
    {
        var y = new double[count * output.Size];
        for (var i = 0; i < y.Length; i++)
            y[i] = largest ? x[Winner(x, i)] : Window(i).Sum(place => x[place]) / (window.Height * window.Width);
        return y;
    }

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var dx = new double[x.Length];
        for (var i = 0; i < dy.Length; i++)
        {
            if (largest)
            {
                dx[Winner(x, i)] += dy[i];
                continue;
            }

            foreach (var place in Window(i))
                dx[place] += dy[i] / (window.Height * window.Width);
        }

        return (dx, []);
    }

    private int Winner(double[] x, int index) => Window(index).Aggregate((best, place) => x[place] > x[best] ? place : best);

    private IEnumerable<int> Window(int index)
    {
        var (height, width) = output.Count == 3 ? (output[1], output[2]) : (1, 1);
        int ox = index % width, oy = index / width % height, image = index / width / height;
        for (var y = oy * stride - padding; y < oy * stride - padding + window.Height; y++)
        {
            for (var x = ox * stride - padding; x < ox * stride - padding + window.Width; x++)
            {
                if (y >= 0 && x >= 0 && y < input[1] && x < input[2])
                    yield return (image * input[1] + y) * input[2] + x;
            }
        }
    }
}
