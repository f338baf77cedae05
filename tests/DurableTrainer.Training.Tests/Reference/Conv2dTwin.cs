using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

internal sealed class Conv2dTwin(Conv2dOperation operation, Shape input, Shape output) : Twin
{
    public override double[] Forward(double[] x, int count, double[][] parameters)
    {
        var y = new double[count * output.Size];
        Visit(count, (xi, wi, yi) => y[yi] += x[xi] * parameters[0][wi]);
        if (operation.Bias)
        {
            for (var i = 0; i < y.Length; i++)
                y[i] += parameters[1][Filter(i)];
        }

        return y;
    }

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var (dx, dw, db) = (new double[x.Length], new double[parameters[0].Length], new double[output[0]]);
        Visit(count, (xi, wi, yi) =>
        {
            dx[xi] += dy[yi] * parameters[0][wi];
            dw[wi] += dy[yi] * x[xi];
        });
        for (var i = 0; i < dy.Length; i++)
            db[Filter(i)] += dy[i];
        return (dx, operation.Bias ? [dw, db] : [dw]);
    }

    private int Filter(int index) => index / (output[1] * output[2]) % output[0];

    /// <summary>Every product of an input and a weight, with the output that it counts for.</summary>
    private void Visit(int count, Action<int, int, int> visit)
    {
        int channels = input[0] / operation.Groups, filters = output[0] / operation.Groups, kernel = operation.Kernel;
        for (var sample = 0; sample < count; sample++)
            for (var f = 0; f < output[0]; f++)
                for (var oy = 0; oy < output[1]; oy++)
                    for (var ox = 0; ox < output[2]; ox++)
                        for (var c = 0; c < channels; c++)
                            for (var ky = 0; ky < kernel; ky++)
                                for (var kx = 0; kx < kernel; kx++)
                                {
                                    int y = oy * operation.Stride + ky - operation.Padding, x = ox * operation.Stride + kx - operation.Padding;
                                    if (y < 0 || x < 0 || y >= input[1] || x >= input[2])
                                        continue;
                                    visit(
                                        ((sample * input[0] + f / filters * channels + c) * input[1] + y) * input[2] + x,
                                        ((f * channels + c) * kernel + ky) * kernel + kx,
                                        ((sample * output[0] + f) * output[1] + oy) * output[2] + ox);
                                }
    }
}
