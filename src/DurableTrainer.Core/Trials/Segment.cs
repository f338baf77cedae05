using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Trials;

/// <summary>
/// A stretch of a model's lineage: the epochs during which one trial trained it with one point. The segments of a model follow each other
/// without gaps, so that it can be trained again as it was.
/// </summary>
/// <param name="Trial">Who trained, and whose random choices were made.</param>
/// <param name="FromEpoch">Epochs that were done before.</param>
/// <param name="ToEpoch">Epochs that were done after.</param>
/// <param name="Point">What it trained with.</param>
public sealed record Segment(int Trial, int FromEpoch, int ToEpoch, Point Point);
