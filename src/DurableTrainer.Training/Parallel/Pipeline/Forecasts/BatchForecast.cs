namespace DurableTrainer.Training.Parallel.Pipeline.Forecasts;

/// <summary>What a pipeline is expected to take for a batch.</summary>
/// <param name="Seconds">From the first micro-batch on its way forward to the last one back.</param>
/// <param name="BubbleShare">The share of the time of all units in which they idle, in [0, 1].</param>
/// <param name="SpeedUp">How many times as quick as the quickest of the units would be alone, with the same micro-batches.</param>
/// <param name="Filling">What another trial in the gaps would bring.</param>
public sealed record BatchForecast(double Seconds, double BubbleShare, double SpeedUp, FillForecast Filling);

/// <summary>What a trial of the same model would bring in the gaps of a pipeline.</summary>
/// <param name="Gain">How many times as much both train as the pipelined trial alone; 1 where nothing is filled.</param>
/// <param name="Bound">The gain if no unit idled any more.</param>
/// <param name="Refusal">Why nothing is filled; null where it is.</param>
public sealed record FillForecast(double Gain, double Bound, string? Refusal);

/// <summary>What a unit of a pipeline has and is expected to do for a batch.</summary>
/// <param name="Unit">Its number in the spec.</param>
/// <param name="Stages">The layers of each of its stages.</param>
/// <param name="IdleSeconds">In which it waits.</param>
/// <param name="PeakBytes">What its stages take at most at a time.</param>
public sealed record PipelineUnitForecast(int Unit, IReadOnlyList<string> Stages, double IdleSeconds, long PeakBytes);

/// <summary>What the same units are expected to take with another number of micro-batches.</summary>
/// <param name="MicroBatches">m.</param>
/// <param name="Samples">Of a micro-batch.</param>
/// <param name="Expected">Null where they cannot train the model so.</param>
/// <param name="Problem">Why not.</param>
public sealed record MicroBatchForecast(int MicroBatches, int Samples, BatchForecast? Expected, string? Problem = null);
