namespace DurableTrainer.Core.Trials;

/// <summary>What a running trial promises: the larger in <see cref="Rank"/>, then in <see cref="Gain"/>, is fed first.</summary>
/// <param name="Rank">Share of the trials that came as far as it did which are no better, from 0 to 1; 0 before it was compared.</param>
/// <param name="Gain">What another epoch is expected to gain, over what it costs.</param>
public readonly record struct Promise(double Rank, double Gain);
