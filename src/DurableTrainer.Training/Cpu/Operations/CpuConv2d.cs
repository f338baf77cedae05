using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// Over images with channels last, per group: Y = R W + b, dR = dY Wᵀ and dW = Rᵀ dY, where a row of R is a window of the input. R is
/// made a few lines at a time, in a buffer that stays in a cache, and made again on the way back.
/// </summary>
internal sealed class CpuConv2d : CpuOperation
{
    /// <summary>Floats of R that a thread makes at a time.</summary>
    private const int RowsLength = 64 * 1024;

    /// <summary>Windows that a job covers at least.</summary>
    private const int JobPlaces = 256;

    /// <summary>Sums of dW over parts of the batch, added up in order at the end. Threads do not change the parts.</summary>
    private const int WeightSums = 8;

    private readonly Placement place;
    private readonly ConvolutionWeights weights;
    private readonly ModelTensor? bias;
    private readonly ImageGeometry geometry;
    private readonly int channels, filters, groups;
    private readonly int groupFilters, windowSize, linesAtATime;
    private readonly TensorBuffer[] rows;
    private readonly TensorBuffer[] packedGradients;
    private readonly TensorBuffer[] weightSums;
    private readonly TensorBuffer[] biasSums;
    private readonly Action<int, int> forward, backwardInputs, backwardWeights;
    private int count;

    public CpuConv2d(Placement place, Conv2dOperation operation)
    {
        this.place = place;
        bias = operation.Bias ? place.Parameter("bias") : null;
        Shape input = place.Input.Shape, output = place.Output.Shape;
        (channels, filters, groups) = (input[0], output[0], operation.Groups);
        groupFilters = filters / groups;
        geometry = new ImageGeometry(
            channels / groups, input[1], input[2], output[1], output[2], operation.Kernel, operation.Stride, operation.Padding);
        windowSize = geometry.Channels * geometry.Size * geometry.Size;
        linesAtATime = (int)Math.Clamp(
            RowsLength / ((long)geometry.OutputWidth * windowSize), 1, Math.Max(1, place.Batch * geometry.OutputHeight));
        weights = new ConvolutionWeights(
            place.Parameter("weight"), groups, groupFilters, geometry.Channels, geometry.Size * geometry.Size,
            hasWayBack: place.InputGradient is not null);
        var rowCount = linesAtATime * geometry.OutputWidth;
        rows = PerThread((long)rowCount * windowSize);
        packedGradients = PerThread(PackedMatrix.LengthOf(rowCount, groupFilters));
        var sums = Math.Min(WeightSums, place.Batch);
        weightSums = Buffers(sums, groups * windowSize * groupFilters);
        biasSums = Buffers(sums, filters);
        forward = Forward;
        backwardInputs = BackwardInputs;
        backwardWeights = BackwardWeights;
    }

    private int SamplesPerJob => Math.Max(1, JobPlaces / geometry.Places);

    private int Jobs => (count + SamplesPerJob - 1) / SamplesPerJob;

    public override void Forward(in Pass pass)
    {
        count = pass.Count;
        weights.Pack();
        place.Team.Run(Jobs, forward);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(Jobs, backwardInputs);
    }

    public override void BackwardWeights(in Pass pass)
    {
        var sums = Math.Min(WeightSums, count);
        place.Team.Run(sums, backwardWeights);
        weights.WriteGradient(weightSums.AsSpan(0, sums));
        if (bias is null)
            return;
        bias.GradientBuffer.Span.Clear();
        foreach (var sum in biasSums.AsSpan(0, sums))
            ColumnSums.Write(new Matrix(sum, 1, filters), bias.GradientBuffer, accumulate: true);
    }

    private void Forward(int job, int worker)
    {
        var first = job * SamplesPerJob;
        foreach (var chunk in Chunks(first, Math.Min(count, first + SamplesPerJob)))
        {
            for (var group = 0; group < groups; group++)
            {
                var windows = Gather(chunk, group, worker);
                var packed = weights.Forward(group);
                var outputs = Outputs(place.Y, chunk, group);
                for (var panel = 0; panel < packed.Panels; panel++)
                    MatrixProduct.MultiplyPanel(windows, packed, panel, outputs, bias?.Buffer, group * groupFilters);
            }
        }
    }

    private void BackwardInputs(int job, int worker)
    {
        var first = job * SamplesPerJob;
        var end = Math.Min(count, first + SamplesPerJob);
        place.InputGradient!.Span[(first * place.Input.Size)..(end * place.Input.Size)].Clear();
        foreach (var chunk in Chunks(first, end))
        {
            for (var group = 0; group < groups; group++)
            {
                var windows = new Matrix(rows[worker], chunk.Lines * geometry.OutputWidth, windowSize);
                MatrixProduct.Multiply(Outputs(place.OutputGradient, chunk, group), weights.Backward(group), windows);
                ImageWindows.Scatter(
                    place.InputGradient, channels, group * geometry.Channels, geometry, chunk.First, chunk.Lines, rows[worker]);
            }
        }
    }

    private void BackwardWeights(int sum, int worker)
    {
        var sums = Math.Min(WeightSums, count);
        int first = (int)((long)sum * count / sums), end = (int)((long)(sum + 1) * count / sums);
        weightSums[sum].Span.Clear();
        biasSums[sum].Span.Clear();
        foreach (var chunk in Chunks(first, end))
        {
            for (var group = 0; group < groups; group++)
            {
                var gradient = Outputs(place.OutputGradient, chunk, group);
                var packed = new PackedMatrix(packedGradients[worker], 0, gradient.Rows, groupFilters);
                packed.Pack(gradient);
                var target = new Matrix(weightSums[sum], group * windowSize * groupFilters, windowSize, groupFilters, groupFilters);
                MatrixProduct.Multiply(Gather(chunk, group, worker).Transposed, packed, target, accumulate: true);
                if (bias is not null)
                    ColumnSums.Write(gradient, biasSums[sum], group * groupFilters, accumulate: true);
            }
        }
    }

    private Matrix Gather(LineRange chunk, int group, int worker)
    {
        ImageWindows.Gather(place.X, channels, group * geometry.Channels, geometry, chunk.First, chunk.Lines, rows[worker]);
        return new Matrix(rows[worker], chunk.Lines * geometry.OutputWidth, windowSize);
    }

    /// <summary>A group's filters at some lines of outputs.</summary>
    private Matrix Outputs(TensorBuffer buffer, LineRange chunk, int group)
    {
        var offset = chunk.First * geometry.OutputWidth * filters + group * groupFilters;
        return new Matrix(buffer, offset, chunk.Lines * geometry.OutputWidth, groupFilters, filters);
    }

    private LineRanges Chunks(int firstSample, int endSample) =>
        new(firstSample * geometry.OutputHeight, endSample * geometry.OutputHeight, linesAtATime);

    private TensorBuffer[] PerThread(long length) => Buffers(place.Team.Threads, length);

    private static TensorBuffer[] Buffers(int buffers, long length)
    {
        var result = new TensorBuffer[buffers];
        for (var i = 0; i < buffers; i++)
            result[i] = new TensorBuffer(length);
        return result;
    }
}
