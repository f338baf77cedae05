using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Between <c>[channels, height, width]</c> and <c>[height, width, channels]</c>, sample by sample.</summary>
internal sealed class CpuLayoutChange : CpuOperation
{
    private readonly Placement place;
    private readonly int size;
    private readonly Action<int, int> forward, backward;

    public CpuLayoutChange(Placement place)
    {
        this.place = place;
        size = place.Input.Size;
        var channels = place.Input.Shape[0];
        var (rows, columns) = place.Output.Layout == Layout.ChannelsLast ? (channels, size / channels) : (size / channels, channels);
        forward = (sample, _) => Transposition.Write(
            new Matrix(place.X, sample * size, rows, columns, columns), new Matrix(place.Y, sample * size, columns, rows, rows));
        backward = (sample, _) => Transposition.Write(
            new Matrix(place.OutputGradient, sample * size, columns, rows, rows),
            new Matrix(place.InputGradient!, sample * size, rows, columns, columns));
    }

    public override Kept Kept => Kept.None;

    public override void Forward(in Pass pass) => place.Team.Run(pass.Count, forward, 10L * size);

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(pass.Count, backward, 10L * size);
    }
}
