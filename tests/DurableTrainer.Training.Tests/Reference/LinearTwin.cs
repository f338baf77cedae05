namespace DurableTrainer.Training.Tests.Reference;

internal sealed class LinearTwin(int features, int units, bool bias) : Twin
{
    public override double[] Forward(double[] x, int count, double[][] parameters)
    {
        var rows = x.Length / features;
        var y = new double[rows * units];
        for (var row = 0; row < rows; row++)
        {
            for (var unit = 0; unit < units; unit++)
            {
                var sum = bias ? parameters[1][unit] : 0;
                for (var i = 0; i < features; i++)
                    sum += x[row * features + i] * parameters[0][unit * features + i];
                y[row * units + unit] = sum;
            }
        }

        return y;
    }

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var dx = new double[x.Length];
        var (dw, db) = (new double[units * features], new double[units]);
        for (var row = 0; row < x.Length / features; row++)
        {
            for (var unit = 0; unit < units; unit++)
            {
                var slope = dy[row * units + unit];
                db[unit] += slope;
                for (var i = 0; i < features; i++)
                {
                    dx[row * features + i] += slope * parameters[0][unit * features + i];
                    dw[unit * features + i] += slope * x[row * features + i];
                }
            }
        }

        return (dx, bias ? [dw, db] : [dw]);
    }
}
