using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu.Operations;

internal sealed class CpuActivation<TFunction> : CpuOperation, IEpilogue
    where TFunction : IPointwise
{
    private readonly Placement place;
    private readonly Action<int, int> forward, backward;
    private int count;

    public CpuActivation(Placement place)
    {
        this.place = place;
        forward = (job, _) => Pointwise.Forward<TFunction>(place.X, place.Y, count, job);
        backward = (job, _) => Pointwise.Backward<TFunction>(place.X, place.Y, place.OutputGradient, place.InputGradient!, count, job);
    }

    public override Kept Kept => TFunction.SlopeNeeds;

    public override InPlace InPlace => InPlace.Forward | InPlace.Backward;

    public override void Forward(in Pass pass)
    {
        count = pass.Count * place.Output.Size;
        place.Team.Run(Pointwise.Jobs(count), forward, Pointwise.WorkPerJob);
    }

    public bool NeedsPartsAlone => true;

    public void Prepare(in Pass pass)
    {
    }

    public void Apply(in Matrix part) => Pointwise.ForwardPart<TFunction>(place.X, place.Y, part);

    public override void BackwardInputs(in Pass pass)
    {
        count = pass.Count * place.Output.Size;
        if (place.InputGradient is not null)
            place.Team.Run(Pointwise.Jobs(count), backward, Pointwise.WorkPerJob);
    }
}
