using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

internal sealed class CpuSoftmax : CpuOperation
{
    private readonly Placement place;
    private readonly int rowsPerSample;
    private readonly Action<int, int> forward, backward;
    private int rows;

    public CpuSoftmax(Placement place)
    {
        this.place = place;
        var columns = place.Input.Shape[^1];
        rowsPerSample = place.Input.Size / columns;
        forward = (block, _) => Softmaxing.Forward(place.X, place.Y, rows, columns, block);
        backward = (block, _) => Softmaxing.Backward(place.Y, place.OutputGradient, place.InputGradient!, rows, columns, block);
    }

    public override Kept Kept => Kept.Output;

    public override InPlace InPlace => InPlace.Forward | InPlace.Backward;

    public override void Forward(in Pass pass)
    {
        rows = pass.Count * rowsPerSample;
        place.Team.Run(Softmaxing.Blocks(rows), forward);
    }

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(Softmaxing.Blocks(rows), backward);
    }
}
