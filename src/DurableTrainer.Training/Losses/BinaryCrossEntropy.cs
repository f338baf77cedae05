namespace DurableTrainer.Training.Losses;

/// <summary>
/// −t log σ(x) − (1 − t) log(1 − σ(x)) of a logit x, as max(x, 0) − xt + log(1 + exp(−|x|)), in which nothing overflows.
/// </summary>
internal sealed class BinaryCrossEntropy : PointLoss
{
    protected override (double Value, double Slope) At(double output, double target)
    {
        var small = Math.Exp(-Math.Abs(output));
        var probability = (output < 0 ? small : 1) / (1 + small);
        return (Math.Max(output, 0) - output * target + LogOfOneAnd(small), probability - target);
    }

    /// <summary>log(1 + x) to the last bits, for however small an x (Goldberg 1991, theorem 4).</summary>
    private static double LogOfOneAnd(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
