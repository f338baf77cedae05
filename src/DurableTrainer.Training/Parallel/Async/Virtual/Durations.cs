using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Parallel.Async.Virtual;

/// <summary>How long simulated learners take for a batch. What comes of it follows from the seed, the learner and the batch's turn alone.</summary>
internal abstract record Durations
{
    /// <param name="seed">Of the run.</param>
    /// <param name="learner">Who computes.</param>
    /// <param name="turn">How many batches it has computed.</param>
    /// <returns>In a unit of which only ratios matter; above 0.</returns>
    public abstract double Of(long seed, int learner, long turn);

    protected static KeyedRandom Random(long seed, int learner, long turn) => new(seed, "duration", learner, turn);
}

/// <summary>All take equally long, up to a share of noise without which they would stay in step for ever.</summary>
internal sealed record EqualDurations(double Noise = 0.05) : Durations
{
    public override double Of(long seed, int learner, long turn) => 1 + Noise * Random(seed, learner, turn).NextDouble();
}

/// <summary>Pareto's distribution from 1 on: P(d &gt; x) = x^−α. Its mean is α/(α − 1), and for α of at most 2 it has no variance.</summary>
internal sealed record ParetoDurations(double Alpha) : Durations
{
    public override double Of(long seed, int learner, long turn) => Math.Pow(1 - Random(seed, learner, turn).NextDouble(), -1 / Alpha);
}

/// <summary>The exponential of a normal number with mean 0.</summary>
internal sealed record LogNormalDurations(double Deviation) : Durations
{
    public override double Of(long seed, int learner, long turn) => Math.Exp(Deviation * Random(seed, learner, turn).NextGaussian());
}

/// <summary>As equal ones, but in some stretches of turns a learner is slower by a factor, as one whose machine is busy with something else.</summary>
/// <param name="Share">Of the stretches that are slow.</param>
/// <param name="Factor">By which.</param>
/// <param name="Turns">Of a stretch.</param>
internal sealed record BurstyDurations(double Share, double Factor, int Turns) : Durations
{
    public override double Of(long seed, int learner, long turn)
    {
        var noise = 1 + 0.05 * Random(seed, learner, turn).NextDouble();
        return new KeyedRandom(seed, "burst", learner, turn / Turns).NextDouble() < Share ? noise * Factor : noise;
    }
}
