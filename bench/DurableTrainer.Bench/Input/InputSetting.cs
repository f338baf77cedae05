using DurableTrainer.Training.Data;

namespace DurableTrainer.Bench.Input;

/// <summary>A source of samples that holds training up, and the numbers of workers that are tried on it by hand.</summary>
/// <param name="Kind">Why it is slow.</param>
/// <param name="Workers">The grid.</param>
/// <param name="Data">Its samples, for a network that takes so many seconds to train on one.</param>
internal sealed record InputSetting(string Kind, int[] Workers, Func<double, Dataset> Data)
{
    public static IReadOnlyList<InputSetting> All { get; } =
    [
        // Twice the processor time of training: one worker holds training up by half, and two take a processor each.
        new("cpu-bound", [1, 2, 3, 4], seconds => FedTraining.Data(TimeSpan.FromSeconds(2 * seconds), TimeSpan.Zero)),

        // A dozen samples are trained on while one is waited for, to the millisecond that the system can wait for.
        new("latency-bound", [1, 2, 4, 8, 16, 32], seconds => FedTraining.Data(
            TimeSpan.FromMicroseconds(10), TimeSpan.FromMilliseconds(Math.Max(2, Math.Round(12_000 * seconds))))),
    ];
}
