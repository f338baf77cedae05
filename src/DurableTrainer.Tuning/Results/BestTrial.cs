namespace DurableTrainer.Tuning.Results;

/// <summary>The trial that a search would hand over.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Values">What was seen of it, by objective.</param>
/// <param name="IsBelieved">
/// Whether a model chose it, because what is seen is noisy, and another trial was seen at a better value by luck.
/// </param>
public sealed record BestTrial(int Trial, IReadOnlyList<double> Values, bool IsBelieved);
