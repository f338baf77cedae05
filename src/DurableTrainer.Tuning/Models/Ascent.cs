namespace DurableTrainer.Tuning.Models;

/// <summary>
/// Climbs a function by the signs of its gradient, each coordinate with a step of its own: iRprop− (Igel and Hüsken 2003), which Blum and
/// Riedmiller (ESANN 2013) recommend for hyperparameters of Gaussian processes.
/// </summary>
internal static class Ascent
{
    public delegate double Function(ReadOnlySpan<double> at, Span<double> gradient);

    public static double Climb(Function function, double[] at, double[] lower, double[] upper, double step, int iterations, double tolerance = 1e-5)
    {
        var n = at.Length;
        double[] gradient = new double[n], before = new double[n], steps = new double[n], best = (double[])at.Clone();
        Array.Fill(steps, step);
        var bestValue = double.NegativeInfinity;
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var value = function(at, gradient);
            if (value > bestValue)
            {
                bestValue = value;
                at.CopyTo(best, 0);
            }
            else if (!double.IsFinite(value))
            {
                // Where the function is not defined: halfway back to where it was.
                for (var i = 0; i < n; i++)
                {
                    at[i] = (at[i] + best[i]) / 2;
                    steps[i] /= 2;
                    before[i] = 0;
                }

                continue;
            }

            var largest = 0.0;
            for (var i = 0; i < n; i++)
            {
                var agreement = gradient[i] * before[i];
                if (agreement > 0)
                    steps[i] *= 1.3;
                else if (agreement < 0)
                {
                    steps[i] *= 0.5;
                    gradient[i] = 0;
                }

                var moved = Math.Clamp(at[i] + Math.Sign(gradient[i]) * steps[i], lower[i], upper[i]);
                largest = Math.Max(largest, Math.Abs(moved - at[i]));
                at[i] = moved;
                before[i] = gradient[i];
            }

            if (largest < tolerance && iteration > 2 && gradient.Any(g => g != 0))
                break;
        }

        best.CopyTo(at, 0);
        return bestValue;
    }
}
