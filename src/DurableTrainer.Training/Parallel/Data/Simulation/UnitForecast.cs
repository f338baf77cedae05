namespace DurableTrainer.Training.Parallel.Data.Simulation;

/// <summary>What a step is expected to take whose batch some units share.</summary>
/// <param name="Shards">Samples of each unit.</param>
/// <param name="StepSeconds">It takes.</param>
/// <param name="SpeedUp">How many times as quick that is as the quickest of the units alone.</param>
public sealed record UnitForecast(IReadOnlyList<int> Shards, double StepSeconds, double SpeedUp);
