using DurableTrainer.Training.Parallel.Data.Replicas;

namespace DurableTrainer.Training.Parallel.Data.Planning;

/// <summary>What it takes to give out parameters and to bring gradients together, by their length: measured, not computed.</summary>
/// <param name="Copy">Seconds to copy so many numbers.</param>
/// <param name="Add">Seconds to add so many to a sum.</param>
/// <param name="Compare">Seconds for the inner product of two gradients.</param>
internal readonly record struct ExchangeCost(double Copy, double Add, double Compare)
{
    private const int Repetitions = 3;

    /// <summary>Parameters go out, the first gradient begins the sum and the sum goes to who moves the parameters.</summary>
    private const int Copies = 3;

    /// <summary>In seconds, of a step.</summary>
    public double Of(int units) => Copies * Copy + (units - 1) * Add + (units > 1 ? units * (units + 1) / 2 * Compare : 0);

    /// <param name="parameters">How many numbers go to and fro.</param>
    /// <param name="time">The clock.</param>
    public static ExchangeCost Measure(int parameters, TimeProvider time)
    {
        float[] values = new float[parameters], other = new float[parameters];
        return new ExchangeCost(
            Least(() => values.CopyTo(other, 0)),
            Least(() => GradientSum.Add(other, values)),
            Least(() => _ = new GradientProducts([values, other])) / 3);

        // The first makes caches warm, and no disturbance makes anything quicker.
        double Least(Action work)
        {
            work();
            var seconds = double.MaxValue;
            for (var repetition = 0; repetition < Repetitions; repetition++)
            {
                var start = time.GetTimestamp();
                work();
                seconds = Math.Min(seconds, time.GetElapsedTime(start).TotalSeconds);
            }

            return seconds;
        }
    }
}
