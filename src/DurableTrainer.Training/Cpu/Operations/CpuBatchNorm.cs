using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// Over rows of channels: samples of features, or places of images with channels last. Where a training batch is a single row there is
/// no unbiased variance, and the running variance stays as it is.
/// </summary>
internal sealed class CpuBatchNorm : CpuOperation
{
    private readonly Placement place;
    private readonly BatchNormOperation operation;
    private readonly ModelTensor weight, bias, runningMean, runningVariance;
    private readonly int channels, rowsPerSample;
    private readonly TensorBuffer sums, mean, inverse, scale, gradientMean, slope;
    private readonly Action<int, int> sum, sumSquares, normalize, sumGradients, sumProducts, normalizeBack;
    private int rows;

    public CpuBatchNorm(Placement place, BatchNormOperation operation)
    {
        (this.place, this.operation) = (place, operation);
        weight = place.Parameter("weight");
        bias = place.Parameter("bias");
        runningMean = place.Parameter("running_mean");
        runningVariance = place.Parameter("running_var");
        channels = place.Input.Shape[0];
        rowsPerSample = place.Input.Size / channels;
        sums = new TensorBuffer((long)BatchStatistics.Blocks(place.Batch * rowsPerSample) * channels);
        (mean, inverse, scale) = (PerChannel(), PerChannel(), PerChannel());
        (gradientMean, slope) = (PerChannel(), PerChannel());
        sum = (block, _) => BatchStatistics.Sum(place.X, rows, channels, sums, block);
        sumSquares = (block, _) => BatchStatistics.SumSquares(place.X, mean, rows, channels, sums, block);
        normalize = (block, _) => BatchStatistics.Normalize(place.X, mean, scale, bias.Buffer, rows, channels, place.Y, block);
        sumGradients = (block, _) => BatchStatistics.Sum(place.OutputGradient, rows, channels, sums, block);
        sumProducts = (block, _) => BatchStatistics.SumProducts(place.OutputGradient, place.X, mean, rows, channels, sums, block);
        var back = new BatchNormBack(mean, scale, gradientMean, slope);
        normalizeBack = (block, _) =>
            BatchStatistics.NormalizeBack(place.OutputGradient, place.X, back, rows, channels, place.InputGradient!, block);
    }

    private int Blocks => BatchStatistics.Blocks(rows);

    public override void Forward(in Pass pass)
    {
        rows = pass.Count * rowsPerSample;
        if (pass.Training)
            Measure();
        else
            UseRunning();
        for (var c = 0; c < channels; c++)
            scale.Span[c] = weight.Values[c] * inverse.Span[c];
        place.Team.Run(Blocks, normalize);
    }

    /// <summary>Also the gradients of weight and bias, since it needs the same sums.</summary>
    public override void BackwardInputs(in Pass pass)
    {
        place.Team.Run(Blocks, sumGradients);
        Total(bias.GradientBuffer.Span, 1);
        place.Team.Run(Blocks, sumProducts);
        Total(weight.GradientBuffer.Span, 1);
        Span<float> gradients = weight.GradientBuffer.Span, means = gradientMean.Span, slopes = slope.Span, inverses = inverse.Span;
        for (var c = 0; c < channels; c++)
        {
            // Running averages do not depend on the batch, so in inference the gradient passes through the scale alone.
            means[c] = pass.Training ? bias.Gradient[c] / rows : 0;
            slopes[c] = pass.Training ? gradients[c] * inverses[c] * inverses[c] / rows : 0;
            gradients[c] *= inverses[c];
        }

        if (place.InputGradient is not null)
            place.Team.Run(Blocks, normalizeBack);
    }

    private void Measure()
    {
        place.Team.Run(Blocks, sum);
        Total(mean.Span, 1.0 / rows);
        place.Team.Run(Blocks, sumSquares);
        Total(inverse.Span, 1.0 / rows);
        var momentum = (float)operation.Momentum;
        Span<float> means = runningMean.Buffer.Span, variances = runningVariance.Buffer.Span, inverses = inverse.Span;
        for (var c = 0; c < channels; c++)
        {
            var variance = inverses[c];
            means[c] = (1 - momentum) * means[c] + momentum * mean.Span[c];
            if (rows > 1)
                variances[c] = (1 - momentum) * variances[c] + momentum * (float)(variance * (double)rows / (rows - 1));
            inverses[c] = Inverse(variance);
        }

        runningMean.Changed();
        runningVariance.Changed();
    }

    private void UseRunning()
    {
        runningMean.Values.CopyTo(mean.Span);
        for (var c = 0; c < channels; c++)
            inverse.Span[c] = Inverse(runningVariance.Values[c]);
    }

    private void Total(Span<float> totals, double factor)
    {
        for (var c = 0; c < channels; c++)
        {
            var total = 0.0;
            for (var block = 0; block < Blocks; block++)
                total += sums.Span[block * channels + c];
            totals[c] = (float)(total * factor);
        }
    }

    private float Inverse(float variance) => (float)(1 / Math.Sqrt(variance + operation.Epsilon));

    private TensorBuffer PerChannel() => new(channels);
}
