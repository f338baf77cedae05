namespace DurableTrainer.Training.Tests.Reference;

/// <summary>Over <c>[count, channels, places]</c>; parameters are weight and bias. By the batch's statistics, or by given ones.</summary>
internal sealed class BatchNormTwin(int channels, double epsilon, (double[] Mean, double[] Variance)? running = null) : Twin
{
    public double[] Mean(double[] x, int count) => PerChannel(x, count, (value, _) => value);

    /// <summary>The biased one.</summary>
    public double[] Variance(double[] x, int count)
    {
        var mean = Mean(x, count);
        return PerChannel(x, count, (value, channel) => (value - mean[channel]) * (value - mean[channel]));
    }

    public override double[] Forward(double[] x, int count, double[][] parameters)
    {
        var normal = Normalize(x, count, out _);
        var channel = Channel(x, count);
        return [.. normal.Select((value, i) => value * parameters[0][channel(i)] + parameters[1][channel(i)])];
    }

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var normal = Normalize(x, count, out var deviation);
        var channel = Channel(x, count);
        var (dw, db, perChannel) = (new double[channels], new double[channels], x.Length / channels);
        for (var i = 0; i < x.Length; i++)
        {
            dw[channel(i)] += dy[i] * normal[i];
            db[channel(i)] += dy[i];
        }

        var dx = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var c = channel(i);
            var centred = running is null ? dy[i] - db[c] / perChannel - normal[i] * dw[c] / perChannel : dy[i];
            dx[i] = parameters[0][c] / deviation[c] * centred;
        }

        return (dx, [dw, db]);
    }

    private double[] Normalize(double[] x, int count, out double[] deviation)
    {
        var (mean, variance) = running ?? (Mean(x, count), Variance(x, count));
        var roots = deviation = [.. variance.Select(v => Math.Sqrt(v + epsilon))];
        var channel = Channel(x, count);
        return [.. x.Select((value, i) => (value - mean[channel(i)]) / roots[channel(i)])];
    }

    private double[] PerChannel(double[] x, int count, Func<double, int, double> value)
    {
        var channel = Channel(x, count);
        var means = new double[channels];
        for (var i = 0; i < x.Length; i++)
            means[channel(i)] += value(x[i], channel(i)) * channels / x.Length;
        return means;
    }

    private Func<int, int> Channel(double[] x, int count)
    {
        var places = x.Length / count / channels;
        return i => i / places % channels;
    }
}
