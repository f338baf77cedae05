using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// Over rows of channels: samples of features, or places of images with channels last. Where a training batch is a single row there is
/// no unbiased variance, and the running variance stays as it is.
/// </summary>
internal sealed class CpuBatchNorm : CpuOperation, IFollowed, IEpilogue
{
    private readonly Placement place;
    private readonly BatchNormOperation operation;
    private readonly ModelTensor weight, bias, runningMean, runningVariance;
    private readonly int channels, rowsPerSample;
    private readonly TensorBuffer sums, products, mean, inverse, scale, gradientMean, slope;
    private readonly double[] totals, productTotals;
    private readonly Action<int, int> measure, normalize, measureBack, normalizeBack;
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
        var blocks = (long)BatchStatistics.Blocks(place.Batch * rowsPerSample);
        (sums, products) = (place.Scratch(blocks * channels), place.Scratch(blocks * channels));
        (mean, inverse, scale) = (PerChannel(), PerChannel(), PerChannel());
        (gradientMean, slope) = (PerChannel(), PerChannel());
        (totals, productTotals) = (new double[channels], new double[channels]);
        measure = (block, _) => BatchStatistics.Measure(place.X, rows, channels, sums, products, block);
        normalize = (block, _) => Apply(BatchStatistics.Block(place.X, rows, channels, block));
        measureBack = (block, _) =>
            BatchStatistics.MeasureBack(place.OutputGradient, place.X, mean, rows, channels, sums, products, block);
        var back = new BatchNormBack(mean, scale, gradientMean, slope);
        normalizeBack = (block, _) =>
            BatchStatistics.NormalizeBack(place.OutputGradient, place.X, back, rows, channels, place.InputGradient!, block);
    }

    public override Kept Kept => Kept.Inputs;

    public override InPlace InPlace => InPlace.Forward | InPlace.Backward;

    public Epilogues Epilogues { get; } = new();

    /// <summary>In inference, where the statistics are those of the batches before.</summary>
    public bool NeedsPartsAlone => !place.Output.NeedsGradient;

    private int Blocks => BatchStatistics.Blocks(rows);

    /// <summary>What a block is worth to a team of threads.</summary>
    private long Work => 10L * BatchStatistics.BlockRows * channels;

    public override void Forward(in Pass pass)
    {
        Prepare(pass);
        Epilogues.Prepare(pass);
        place.Team.Run(Blocks, normalize, Work);
    }

    public void Prepare(in Pass pass)
    {
        rows = pass.Count * rowsPerSample;
        if (pass.Training)
            Measure();
        else
            UseRunning();
        for (var c = 0; c < channels; c++)
            scale.Span[c] = weight.Values[c] * inverse.Span[c];
    }

    public void Apply(in Matrix part)
    {
        BatchStatistics.Normalize(part, mean, scale, bias.Buffer, channels, place.Y);
        Epilogues.Apply(part);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is null)
            return;
        MeasureBack(pass.Training);
        place.Team.Run(Blocks, normalizeBack, Work);
    }

    /// <summary>From the sums that the gradient of the input needs too.</summary>
    public override void BackwardWeights(in Pass pass)
    {
        if (place.InputGradient is null)
            MeasureBack(pass.Training);
        for (var c = 0; c < channels; c++)
        {
            bias.GradientBuffer.Span[c] = (float)totals[c];
            weight.GradientBuffer.Span[c] = (float)(productTotals[c] * inverse.Span[c]);
        }
    }

    private void MeasureBack(bool training)
    {
        place.Team.Run(Blocks, measureBack, Work);
        Total(sums, totals);
        Total(products, productTotals);
        for (var c = 0; c < channels; c++)
        {
            // Running averages do not depend on the batch, so in inference the gradient passes through the scale alone.
            var root = inverse.Span[c];
            gradientMean.Span[c] = training ? (float)(totals[c] / rows) : 0;
            slope.Span[c] = training ? (float)(productTotals[c] * root * root / rows) : 0;
        }
    }

    private void Measure()
    {
        place.Team.Run(Blocks, measure, Work);
        Total(sums, totals);
        Total(products, productTotals);
        for (var block = 0; block < Blocks; block++)
        {
            var count = BatchStatistics.RowsOf(block, rows);
            var part = sums.Span.Slice(block * channels, channels);
            for (var c = 0; c < channels; c++)
            {
                var distance = part[c] / (double)count - totals[c] / rows;
                productTotals[c] += count * distance * distance;
            }
        }

        var momentum = (float)operation.Momentum;
        Span<float> means = runningMean.Buffer.Span, variances = runningVariance.Buffer.Span;
        for (var c = 0; c < channels; c++)
        {
            mean.Span[c] = (float)(totals[c] / rows);
            means[c] = (1 - momentum) * means[c] + momentum * mean.Span[c];
            if (rows > 1)
                variances[c] = (1 - momentum) * variances[c] + momentum * (float)(productTotals[c] / (rows - 1));
            inverse.Span[c] = Inverse(productTotals[c] / rows);
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

    private void Total(TensorBuffer parts, double[] into)
    {
        Array.Clear(into);
        for (var block = 0; block < Blocks; block++)
        {
            var part = parts.Span.Slice(block * channels, channels);
            for (var c = 0; c < part.Length; c++)
                into[c] += part[c];
        }
    }

    private float Inverse(double variance) => (float)(1 / Math.Sqrt(variance + operation.Epsilon));

    private TensorBuffer PerChannel() => place.Saved(channels);
}
