using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>What the kernel compares: the values of adjustable parameters, what the model had before, and when.</summary>
/// <param name="Unit">Coordinates from 0 to 1.</param>
/// <param name="Level">The loss before, from 0 to 1.</param>
/// <param name="Time">In milestones.</param>
internal sealed record Situation(double[] Unit, double Level, double Time);

/// <summary>
/// The correlation of what is gained in two situations: squared exponential in values and level, times (1 − ε)^(|t − t′|/2), so that what
/// was seen long before counts less (Bogunovic, Scarlett and Cevher, Time-Varying Gaussian Process Bandit Optimization, AISTATS 2016).
/// Values without an order differ by 1 or not at all.
/// </summary>
/// <param name="Length">Length scale of the values.</param>
/// <param name="LevelLength">Length scale of the level.</param>
/// <param name="Forgetting">ε, from 0 to below 1.</param>
/// <param name="Noise">Its variance as a share of the amplitude.</param>
internal readonly record struct TimeVaryingKernel(double Length, double LevelLength, double Forgetting, double Noise)
{
    public double Between(bool[] isChoice, Situation a, Situation b)
    {
        var squares = 0.0;
        for (var i = 0; i < isChoice.Length; i++)
            squares += Kernel.SquaredDifference(isChoice[i], a.Unit[i], b.Unit[i]);
        return Of(squares, (a.Level - b.Level) * (a.Level - b.Level), Math.Abs(a.Time - b.Time));
    }

    public double Of(double squares, double levelSquare, double time) => Math.Exp(
        -squares / (2 * Length * Length) - levelSquare / (2 * LevelLength * LevelLength) + Math.Log(1 - Forgetting) * time / 2);
}
