using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

internal sealed class CpuMaxPool2d : CpuOperation
{
    private readonly Placement place;
    private readonly Action<int, int> forward, backward;

    public CpuMaxPool2d(Placement place, MaxPool2dOperation operation)
    {
        this.place = place;
        var geometry = PoolGeometry.Of(place, operation.Size, operation.Stride, operation.Padding);
        var winners = place.Saved((long)place.Batch * place.Output.Size);
        var quarters = geometry is { Size: 2, Stride: 2, Padding: 0 };
        forward = quarters
            ? (image, _) => QuarterPooling.Largest(place.X, place.Y, winners, geometry, image)
            : (image, _) => Pooling.Largest(place.X, place.Y, winners, geometry, image);
        backward = quarters
            ? (image, _) => QuarterPooling.LargestBack(place.OutputGradient, place.InputGradient!, winners, geometry, image)
            : (image, _) => Pooling.LargestBack(place.OutputGradient, place.InputGradient!, winners, geometry, image);
    }

    public override Kept Kept => Kept.None;

    public override void Forward(in Pass pass) => place.Team.Run(pass.Count, forward, 10L * place.Input.Size);

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(pass.Count, backward, 10L * place.Input.Size);
    }
}

/// <summary>Also the mean of whole channels: a window as large as the image, though that need not be square.</summary>
internal sealed class CpuAveragePool2d : CpuOperation
{
    private readonly Placement place;
    private readonly Action<int, int> forward, backward;

    public CpuAveragePool2d(Placement place, AveragePool2dOperation operation)
        : this(place, PoolGeometry.Of(place, operation.Size, operation.Stride, operation.Padding), (long)operation.Size * operation.Size)
    {
    }

    public CpuAveragePool2d(Placement place)
        : this(place, PoolGeometry.OfWhole(place.Input.Shape), place.Input.Shape[1] * place.Input.Shape[2])
    {
    }

    private CpuAveragePool2d(Placement place, ImageGeometry geometry, long values)
    {
        this.place = place;
        var factor = 1f / values;
        forward = (image, _) => Pooling.Sum(place.X, place.Y, geometry, factor, image);
        backward = (image, _) => Pooling.SumBack(place.OutputGradient, place.InputGradient!, geometry, factor, image);
    }

    public override Kept Kept => Kept.None;

    public override void Forward(in Pass pass) => place.Team.Run(pass.Count, forward, 10L * place.Input.Size);

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(pass.Count, backward, 10L * place.Input.Size);
    }
}

file static class PoolGeometry
{
    public static ImageGeometry Of(Placement place, int size, int stride, int padding)
    {
        Shape input = place.Input.Shape, output = place.Output.Shape;
        return new ImageGeometry(input[0], input[1], input[2], output[1], output[2], size, stride, padding);
    }

    public static ImageGeometry OfWhole(Shape input) =>
        new(input[0], input[1], input[2], OutputHeight: 1, OutputWidth: 1, Size: Math.Max(input[1], input[2]), Stride: 1, Padding: 0);
}
