using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Data.Units;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// Over rows of channels: samples of features, or places of images with channels last. Where a training batch is a single row there is
/// no unbiased variance, and the running variance stays as it is. Processors that share a batch exchange their sums on the way forward and
/// on the way back, so that each normalises by the statistics of all of it.
/// </summary>
internal sealed class CpuBatchNorm : CpuOperation, IFollowed, IEpilogue
{
    private readonly Placement place;
    private readonly BatchNormOperation operation;
    private readonly ModelTensor weight, bias, runningMean, runningVariance;
    private readonly int channels, rowsPerSample;
    private readonly TensorBuffer sums, products, mean, inverse, scale, gradientMean, slope;
    private readonly double[] totals, productTotals, own;
    private readonly Action<int, int> measure, normalize, measureBack, normalizeBack;
    private int rows;
    private long allRows;

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
        (totals, productTotals, own) = (new double[channels], new double[channels], new double[2 * channels + 1]);
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
            Measure(pass.Part as Shard);
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
        MeasureBack();
        KeepOwn(rows);
        if (pass is { Training: true, Part: Shard shard })
            AddUp(shard.Share(own));
        PrepareBack(pass.Training);
        place.Team.Run(Blocks, normalizeBack, Work);
    }

    /// <summary>From the sums that the gradient of the input needs too.</summary>
    public override void BackwardWeights(in Pass pass)
    {
        if (place.InputGradient is null)
        {
            MeasureBack();
            KeepOwn(rows);
        }

        // Of the rows here alone: the gradients of parameters are added up with those of the other shards.
        for (var c = 0; c < channels; c++)
        {
            bias.GradientBuffer.Span[c] = (float)own[c];
            weight.GradientBuffer.Span[c] = (float)(own[channels + c] * inverse.Span[c]);
        }
    }

    private void MeasureBack()
    {
        place.Team.Run(Blocks, measureBack, Work);
        Total(sums, totals);
        Total(products, productTotals);
    }

    private void PrepareBack(bool training)
    {
        for (var c = 0; c < channels; c++)
        {
            // Running averages do not depend on the batch, so in inference the gradient passes through the scale alone.
            var root = inverse.Span[c];
            gradientMean.Span[c] = training ? (float)(totals[c] / allRows) : 0;
            slope.Span[c] = training ? (float)(productTotals[c] * root * root / allRows) : 0;
        }
    }

    private void Measure(Shard? shard)
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

        allRows = rows;
        if (shard is not null)
        {
            KeepOwn(rows);
            Merge(shard.Share(own));
        }

        var momentum = (float)operation.Momentum;
        Span<float> means = runningMean.Buffer.Span, variances = runningVariance.Buffer.Span;
        for (var c = 0; c < channels; c++)
        {
            mean.Span[c] = (float)(totals[c] / allRows);
            means[c] = (1 - momentum) * means[c] + momentum * mean.Span[c];
            if (allRows > 1)
                variances[c] = (1 - momentum) * variances[c] + momentum * (float)(productTotals[c] / (allRows - 1));
            inverse.Span[c] = Inverse(productTotals[c] / allRows);
        }

        runningMean.Changed();
        runningVariance.Changed();
    }

    /// <summary>Both totals, and the number of rows that they are of.</summary>
    private void KeepOwn(int count)
    {
        totals.CopyTo(own, 0);
        productTotals.CopyTo(own, channels);
        own[^1] = count;
    }

    /// <summary>The statistics of all parts from those of each (Chan, Golub and LeVeque 1983), whose squares are about its own mean.</summary>
    private void Merge(double[][] parts)
    {
        AddUp(parts);
        foreach (var part in parts)
        {
            var count = part[^1];
            for (var c = 0; c < channels; c++)
            {
                var distance = part[c] / count - totals[c] / allRows;
                productTotals[c] += count * distance * distance;
            }
        }
    }

    /// <summary>In the order of the parts, so that all units get the same.</summary>
    private void AddUp(double[][] parts)
    {
        Array.Clear(totals);
        Array.Clear(productTotals);
        allRows = 0;
        foreach (var part in parts)
        {
            allRows += (long)part[^1];
            for (var c = 0; c < channels; c++)
            {
                totals[c] += part[c];
                productTotals[c] += part[channels + c];
            }
        }
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
