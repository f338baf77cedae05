namespace DurableTrainer.Training.Data;

/// <summary>Records of the data that are no samples and were left out.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">What is wrong with the first, and where.</param>
public sealed record SkippedRecords(int Count, string First);
