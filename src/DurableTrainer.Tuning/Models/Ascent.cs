namespace DurableTrainer.Tuning.Models;

/// <summary>A function of several variables with its gradient, where there is room for one.</summary>
internal delegate double Slope(ReadOnlySpan<double> at, Span<double> gradient);

/// <summary>
/// Climbs a function by the signs of its gradient, each coordinate with a step of its own: iRprop− (Igel and Hüsken, Neurocomputing 50,
/// 2003), which Blum and Riedmiller (ESANN 2013) found as good as conjugate gradients for Gaussian processes, and harder to derail.
/// </summary>
internal static class Ascent
{
    private const double Growth = 1.3;
    private const double Shrinkage = 0.5;

    /// <param name="function">What to climb. Where it is not finite, or its gradient not a number, it cannot be.</param>
    /// <param name="at">The start; becomes the highest place that was found.</param>
    /// <param name="lower">Bounds that coordinates do not fall below.</param>
    /// <param name="upper">Bounds that coordinates do not rise above.</param>
    /// <param name="firstStep">How far coordinates move at first.</param>
    /// <param name="smallestStep">It ends when none moves farther.</param>
    /// <param name="steps">It ends after so many.</param>
    /// <returns>The function at the highest place; negative infinity when it cannot even be at the start.</returns>
    public static double Climb(Slope function, double[] at, double[] lower, double[] upper, double firstStep, double smallestStep, int steps)
    {
        double[] gradient = new double[at.Length], before = new double[at.Length], moves = new double[at.Length], best = [.. at];
        Array.Fill(moves, firstStep);
        var highest = double.NegativeInfinity;
        for (var step = 0; step < steps; step++)
        {
            // Nobody goes on from the last place: its slope does not matter.
            var isLast = step == steps - 1;
            var height = function(at, isLast ? [] : gradient);
            if (!double.IsFinite(height) || Array.Exists(gradient, double.IsNaN))
            {
                // Nowhere to go back to: the start itself cannot be.
                if (double.IsNegativeInfinity(highest))
                    break;
                Retreat(at, best, moves, before);
                continue;
            }

            if (height > highest)
            {
                highest = height;
                at.CopyTo(best, 0);
            }

            if (isLast)
                break;
            if (Move(at, gradient, before, moves, lower, upper) < smallestStep && step > 0)
                break;
        }

        best.CopyTo(at, 0);
        return highest;
    }

    /// <summary>Halfway back to the highest place, and more carefully on from there.</summary>
    private static void Retreat(double[] at, double[] best, double[] moves, double[] before)
    {
        for (var i = 0; i < at.Length; i++)
        {
            at[i] = (at[i] + best[i]) / 2;
            moves[i] *= Shrinkage;
            before[i] = 0;
        }
    }

    private static double Move(double[] at, double[] gradient, double[] before, double[] moves, double[] lower, double[] upper)
    {
        var farthest = 0.0;
        for (var i = 0; i < at.Length; i++)
        {
            // What cannot move, among it parameters that are not active, has no say in whether the climb is over.
            if (!(lower[i] < upper[i]))
                continue;
            var agreement = gradient[i] * before[i];
            moves[i] *= agreement > 0 ? Growth : agreement < 0 ? Shrinkage : 1;
            // After a turn the coordinate rests for one step.
            before[i] = agreement < 0 ? 0 : gradient[i];
            var moved = Math.Clamp(at[i] + Math.Sign(before[i]) * moves[i], lower[i], upper[i]);
            farthest = Math.Max(farthest, agreement < 0 ? moves[i] : Math.Abs(moved - at[i]));
            at[i] = moved;
        }

        return farthest;
    }
}
