namespace DurableTrainer.Training.Losses;

/// <summary>(prediction − target)²</summary>
internal sealed class MeanSquaredError : PointLoss
{
    protected override (double Value, double Slope) At(double output, double target)
    {
        var difference = output - target;
        return (difference * difference, 2 * difference);
    }
}
