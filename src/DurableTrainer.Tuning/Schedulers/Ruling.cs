namespace DurableTrainer.Tuning.Schedulers;

/// <summary>What a comparison with others came to.</summary>
/// <param name="Stops">Whether the trial is not worth going on.</param>
/// <param name="Reason">Why: of a trial that stops a sentence, of one that goes on the end of one.</param>
internal sealed record Ruling(bool Stops, string Reason);
