using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// Over images with channels last, per group: Y = R W + b and dW = Rᵀ dY, where a row of R is a window of the input. Where windows move
/// by one place, dX is a convolution too, of dY with the reversed weights; otherwise dR = dY Wᵀ is added up window by window.
/// </summary>
internal sealed class CpuConv2d : CpuOperation, IFollowed
{
    /// <summary>Sums of dW over parts of the batch, added up in order at the end. Threads do not change the parts.</summary>
    private const int WeightSums = 8;

    private readonly Placement place;
    private readonly ConvolutionWeights weights;
    private readonly ModelTensor? bias;
    private readonly ImageGeometry geometry;
    private readonly int channels, filters, groups;
    private readonly int groupChannels, groupFilters, windowSize;
    private readonly ImageBlocks blocks;
    private readonly ImageBlocks? blocksBack;
    private readonly TensorBuffer loaded, packedGradients, biasSums;
    private readonly TensorBuffer? rows;
    private readonly TensorBuffer[] weightSums;
    private readonly Action<int, int> forward, backwardInputs, backwardWeights;
    private int count;

    public CpuConv2d(Placement place, Conv2dOperation operation)
    {
        this.place = place;
        bias = operation.Bias ? place.Parameter("bias") : null;
        Shape input = place.Input.Shape, output = place.Output.Shape;
        (channels, filters, groups) = (input[0], output[0], operation.Groups);
        (groupChannels, groupFilters) = (channels / groups, filters / groups);
        geometry = new ImageGeometry(
            channels, input[1], input[2], output[1], output[2], operation.Kernel, operation.Stride, operation.Padding);
        windowSize = groupChannels * geometry.Size * geometry.Size;
        blocks = new ImageBlocks(geometry, groupChannels, place.Batch);
        var back = WeightsBack.NotAtAll;
        if (place.InputGradient is not null)
        {
            var margin = geometry.Size - 1 - geometry.Padding;
            back = geometry.Stride == 1 && margin >= 0 ? WeightsBack.ByFilter : WeightsBack.ByWindow;
            if (back == WeightsBack.ByFilter)
            {
                var reversed = new ImageGeometry(filters, output[1], output[2], input[1], input[2], operation.Kernel, 1, margin);
                blocksBack = new ImageBlocks(reversed, groupFilters, place.Batch, reversed: true);
            }
            else
            {
                rows = place.Scratch((long)place.Team.Threads * blocks.MostWindows * windowSize);
            }
        }

        weights = new ConvolutionWeights(
            place.Parameter("weight"), place.Team, groups, groupFilters, groupChannels, geometry.Size * geometry.Size, back);
        loaded = place.Scratch((long)place.Team.Threads * Math.Max(blocks.BufferLength, blocksBack?.BufferLength ?? 0));
        packedGradients = place.Scratch(place.Team.Threads * PackedMatrix.LengthOf(blocks.MostWindows, groupFilters));
        var sums = Math.Min(WeightSums, blocks.Count(place.Batch));
        weightSums = [.. Enumerable.Range(0, sums).Select(_ => place.Scratch((long)windowSize * filters))];
        biasSums = place.Scratch((long)sums * filters);
        forward = Forward;
        backwardInputs = blocksBack is null ? ScatterInputs : BackwardInputs;
        backwardWeights = BackwardWeights;
    }

    public override Kept Kept => Kept.Inputs;

    public Epilogues Epilogues { get; } = new();

    /// <summary>Multiply-adds of a block.</summary>
    private long Work => (long)blocks.MostWindows * windowSize * filters;

    public override void Forward(in Pass pass)
    {
        count = pass.Count;
        Epilogues.Prepare(pass);
        weights.PackForward();
        place.Team.Run(blocks.Count(count), forward, Work);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is null)
            return;
        weights.PackBackward();
        place.Team.Run(blocksBack?.Count(count) ?? count, backwardInputs, Work);
    }

    public override void BackwardWeights(in Pass pass)
    {
        var sums = Sums;
        place.Team.Run(sums, backwardWeights, Work * blocks.Count(count) / sums);
        weights.WriteGradient(weightSums, sums);
        if (bias is not null)
            ColumnSums.Write(new Matrix(biasSums, sums, filters), bias.GradientBuffer);
    }

    private int Sums => Math.Min(WeightSums, blocks.Count(count));

    private void Forward(int number, int worker)
    {
        var block = blocks.Block(number, count);
        var buffer = worker * blocks.BufferLength;
        blocks.Load(place.X, block, loaded, buffer);
        for (var group = 0; group < groups; group++)
        {
            var windows = blocks.Rows(place.X, block, group * groupChannels, loaded, buffer);
            Multiply(windows, weights.Forward(group), Outputs(place.Y, block, group), bias?.Buffer, group * groupFilters);
        }

        Epilogues.Apply(new Matrix(place.Y, blocks.FirstWindow(block) * filters, blocks.Windows(block), filters, filters));
    }

    private void BackwardInputs(int number, int worker)
    {
        var block = blocksBack!.Block(number, count);
        var buffer = worker * blocksBack.BufferLength;
        blocksBack.Load(place.OutputGradient, block, loaded, buffer);
        for (var group = 0; group < groups; group++)
        {
            var windows = blocksBack.Rows(place.OutputGradient, block, group * groupFilters, loaded, buffer);
            var offset = blocksBack.FirstWindow(block) * channels + group * groupChannels;
            Multiply(windows, weights.Backward(group), new Matrix(place.InputGradient!, offset, windows.Rows, groupChannels, channels));
        }
    }

    private void ScatterInputs(int image, int worker)
    {
        place.InputGradient!.Span.Slice(image * place.Input.Size, place.Input.Size).Clear();
        var of = geometry with { Channels = groupChannels };
        for (var number = image * blocks.BlocksOfImage; number < (image + 1) * blocks.BlocksOfImage; number++)
        {
            var block = blocks.BlockOfOne(number);
            for (var group = 0; group < groups; group++)
            {
                var outputs = Outputs(place.OutputGradient, block, group);
                var offset = worker * blocks.MostWindows * windowSize;
                var windows = new Matrix(rows!, offset, outputs.Rows, windowSize, windowSize);
                MatrixProduct.Multiply(outputs, weights.Backward(group), windows, path: place.Path);
                ImageWindows.Scatter(
                    place.InputGradient, channels, group * groupChannels, of, block.Image * geometry.OutputHeight + block.Line,
                    block.Lines, rows!, offset);
            }
        }
    }

    private void BackwardWeights(int sum, int worker)
    {
        var (first, end) = ((int)((long)sum * blocks.Count(count) / Sums), (int)((long)(sum + 1) * blocks.Count(count) / Sums));
        var buffer = worker * blocks.BufferLength;
        for (var number = first; number < end; number++)
        {
            var block = blocks.Block(number, count);
            blocks.Load(place.X, block, loaded, buffer);
            for (var group = 0; group < groups; group++)
            {
                var gradient = Outputs(place.OutputGradient, block, group);
                var windows = blocks.Rows(place.X, block, group * groupChannels, loaded, buffer);
                var target = new Matrix(weightSums[sum], group * windowSize * groupFilters, windowSize, groupFilters, groupFilters);
                Multiply(windows.Transposed, Right(gradient, worker), target, accumulate: number > first);
                if (bias is not null)
                    ColumnSums.Write(gradient, biasSums, sum * filters + group * groupFilters, accumulate: number > first);
            }
        }
    }

    /// <summary>Packed where it has several panels: one is narrow enough to be read as it is.</summary>
    private PackedMatrix Right(in Matrix gradient, int worker)
    {
        if (gradient.Columns <= PackedMatrix.PanelWidth)
            return PackedMatrix.Unpacked(gradient);
        var length = (int)PackedMatrix.LengthOf(blocks.MostWindows, groupFilters);
        var packed = new PackedMatrix(packedGradients, worker * length, gradient.Rows, groupFilters);
        packed.Pack(gradient);
        return packed;
    }

    private void Multiply(
        in ListedMatrix a, in PackedMatrix b, in Matrix c, TensorBuffer? bias = null, int biasOffset = 0, bool accumulate = false)
    {
        for (var panel = 0; panel < b.Panels; panel++)
            MatrixProduct.MultiplyPanel(a, b, panel, c, bias, biasOffset, accumulate, place.Path);
    }

    /// <summary>A group's filters at a block's windows.</summary>
    private Matrix Outputs(TensorBuffer buffer, in ImageBlock block, int group) =>
        new(buffer, blocks.FirstWindow(block) * filters + group * groupFilters, blocks.Windows(block), groupFilters, filters);
}
