using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>A convolution of each channel with one filter of its own: too little to multiply per value for a matrix product.</summary>
internal sealed class CpuDepthwiseConv2d : CpuOperation, IFollowed
{
    /// <summary>Sums of dW over parts of the batch, added up in order at the end. Threads do not change the parts.</summary>
    private const int WeightSums = 8;

    private readonly Placement place;
    private readonly ModelTensor weight;
    private readonly ModelTensor? bias;
    private readonly ImageGeometry geometry;
    private readonly int channels, taps;
    private readonly TensorBuffer weights, weightSums, biasSums;
    private readonly Action<int, int> forward, backwardInputs, backwardWeights;
    private int count;
    private int version;

    public CpuDepthwiseConv2d(Placement place, Conv2dOperation operation)
    {
        this.place = place;
        weight = place.Parameter("weight");
        bias = operation.Bias ? place.Parameter("bias") : null;
        Shape input = place.Input.Shape, output = place.Output.Shape;
        (channels, taps) = (input[0], operation.Kernel * operation.Kernel);
        geometry = new ImageGeometry(
            channels, input[1], input[2], output[1], output[2], operation.Kernel, operation.Stride, operation.Padding);
        weights = new TensorBuffer((long)taps * channels);
        weightSums = place.Scratch((long)WeightSums * taps * channels);
        biasSums = place.Scratch((long)WeightSums * channels);
        forward = Forward;
        backwardInputs = (image, _) =>
            ChannelWindows.BackwardInputs(place.OutputGradient, weights, place.InputGradient!, geometry, image);
        backwardWeights = BackwardWeights;
    }

    public override Kept Kept => Kept.Inputs;

    public Epilogues Epilogues { get; } = new();

    /// <summary>Whether a convolution is of this kind.</summary>
    public static bool Does(Conv2dOperation operation, Shape input) =>
        operation.Groups == input[0] && operation.Filters == operation.Groups && operation.Groups > 1;

    /// <summary>Of an image; the values have to come from memory, which costs more than to multiply them.</summary>
    private long Work => 10L * geometry.Places * taps * channels;

    public override void Forward(in Pass pass)
    {
        count = pass.Count;
        Epilogues.Prepare(pass);
        if (version != weight.Version)
            Transposition.Write(new Matrix(weight.Buffer, channels, taps), new Matrix(weights, taps, channels));
        version = weight.Version;
        place.Team.Run(count, forward, Work);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(count, backwardInputs, Work);
    }

    public override void BackwardWeights(in Pass pass)
    {
        var sums = Math.Min(WeightSums, count);
        place.Team.Run(sums, backwardWeights, Work * count / sums);
        for (var sum = 1; sum < sums; sum++)
            Rows.Add(weightSums, sum * taps * channels, weightSums, 0, taps * channels);
        Transposition.Write(new Matrix(weightSums, taps, channels), new Matrix(weight.GradientBuffer, channels, taps));
        if (bias is not null)
            ColumnSums.Write(new Matrix(biasSums, sums, channels), bias.GradientBuffer);
    }

    private void Forward(int image, int worker)
    {
        ChannelWindows.Forward(place.X, weights, bias?.Buffer, place.Y, geometry, image);
        Epilogues.Apply(new Matrix(place.Y, image * place.Output.Size, geometry.Places, channels, channels));
    }

    private void BackwardWeights(int sum, int worker)
    {
        var sums = Math.Min(WeightSums, count);
        weightSums.Span.Slice(sum * taps * channels, taps * channels).Clear();
        biasSums.Span.Slice(sum * channels, channels).Clear();
        for (var image = (int)((long)sum * count / sums); image < (int)((long)(sum + 1) * count / sums); image++)
        {
            ChannelWindows.BackwardWeights(
                place.X, place.OutputGradient, weightSums, sum * taps * channels, biasSums, sum * channels, geometry, image);
        }
    }
}
