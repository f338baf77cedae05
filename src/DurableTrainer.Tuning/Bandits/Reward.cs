using DurableTrainer.Tuning.Beliefs;

namespace DurableTrainer.Tuning.Bandits;

/// <summary>What a trial was worth, from -0.5 for a dear trial that failed to 1.5 for a cheap one that found much.</summary>
internal static class Reward
{
    /// <summary>A gain smaller than this share of the spread of what was seen is no news, however exact the objective.</summary>
    private const double SmallestNoise = 0.01;

    private const double RegretShare = 0.25;
    private const double CostShare = 0.25;

    /// <summary>Where the gain is this many times the noise, it is worth half.</summary>
    private const double HalfGain = 1;

    /// <param name="before">The best target before the trial ended, in units of the belief; infinity when it is the first with any.</param>
    /// <param name="reached">What the trial reached; null when it failed.</param>
    /// <param name="belief">What is believed now.</param>
    /// <param name="regretBefore">What was left to gain when it was proposed.</param>
    /// <param name="regret">What is left to gain now.</param>
    /// <param name="relativeCost">Its cost over that of the median trial.</param>
    public static double Of(double before, double? reached, ObjectiveBelief belief, double regretBefore, double regret, double relativeCost)
    {
        var dear = CostShare * Math.Clamp(Math.Log2(relativeCost), -1, 1);
        if (reached is not { } value)
            return -CostShare - Math.Max(0, dear);
        var noise = Math.Max(SmallestNoise, belief.NoiseDeviation);
        var gain = Math.Max(0, before - value) / noise;
        var drop = regretBefore > 0 ? Math.Clamp(1 - regret / regretBefore, 0, 1) : 0;
        return (double.IsPositiveInfinity(gain) ? 1 : gain / (gain + HalfGain)) + RegretShare * drop - dear;
    }
}
