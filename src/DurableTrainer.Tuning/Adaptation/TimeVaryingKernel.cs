using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>What the kernel compares: values of adjustable parameters, and when a model is trained with them.</summary>
/// <param name="Unit">Coordinates from 0 to 1.</param>
/// <param name="Time">In milestones.</param>
internal sealed record Situation(double[] Unit, double Time)
{
    /// <summary>How far values lie apart, squared; those without an order differ by 1 or not at all.</summary>
    public double SquareTo(Situation other, bool[] isChoice)
    {
        var sum = 0.0;
        for (var i = 0; i < isChoice.Length; i++)
            sum += Kernel.SquaredDifference(isChoice[i], Unit[i], other.Unit[i]);
        return sum;
    }
}

/// <summary>
/// The correlation of what is gained in two situations: squared exponential in the values, times (1 − ε)^(|t − t′|/2), so that what was seen
/// long before counts less (Bogunovic, Scarlett and Cevher, Time-Varying Gaussian Process Bandit Optimization, AISTATS 2016).
/// </summary>
/// <param name="Length">Length scale of the values.</param>
/// <param name="Forgetting">ε, from 0 to below 1.</param>
/// <param name="Noise">Its variance as a share of the amplitude.</param>
internal readonly record struct TimeVaryingKernel(double Length, double Forgetting, double Noise)
{
    /// <summary>The logarithm of the correlation is the sum of the squared distance of values and the distance in time, times these.</summary>
    public (double Square, double Time) Rates => (-1 / (2 * Length * Length), Math.Log(1 - Forgetting) / 2);
}
