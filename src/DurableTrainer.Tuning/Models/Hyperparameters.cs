namespace DurableTrainer.Tuning.Models;

/// <summary>What a Gaussian process learns of its kernel, and what it believes of them before it has seen anything.</summary>
internal sealed class HyperparameterPrior(int dimensions)
{
    public static double LengthMean = Math.Sqrt(2), LengthDim = 0.5, LengthDev = Math.Sqrt(3), NoiseMean = Math.Log(1e-5), NoiseDev = 2.5;
    public const double MinLogLength = -4.6, MaxLogLength = 5;
    public const double MinLogNoise = -14, MaxLogNoise = 1;

    public double LogLengthMean => LengthMean + LengthDim * Math.Log(dimensions);

    public double LogLengthDeviation => LengthDev;
}
