namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>A chunk of a trial that fills, as the one that is filled was told of it.</summary>
/// <param name="Trial">Whose chunk it is.</param>
/// <param name="Place">The processor that it ended on, or the unit in whose gap it was where gaps are offered one by one.</param>
/// <param name="Start">As a timestamp.</param>
/// <param name="End">As a timestamp; it may have waited in between, while the unit's processor was wanted.</param>
internal readonly record struct FilledSpan(int Trial, int Place, long Start, long End);
