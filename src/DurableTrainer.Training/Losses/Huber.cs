using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Losses;

/// <summary>½d² of a difference d up to δ, and δ(|d| − ½δ) beyond.</summary>
internal sealed class Huber(HuberSpec spec) : PointLoss
{
    protected override (double Value, double Slope) At(double output, double target)
    {
        var difference = output - target;
        var size = Math.Abs(difference);
        return size <= spec.Delta
            ? (difference * difference / 2, difference)
            : (spec.Delta * (size - spec.Delta / 2), spec.Delta * (difference < 0 ? -1 : 1));
    }
}
