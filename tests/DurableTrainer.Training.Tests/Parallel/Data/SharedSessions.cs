using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Parallel.Async;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Data;

/// <summary>Sessions on the handwritten digits whose batches units share.</summary>
internal static class SharedSessions
{
    public const int Trial = 3;

    /// <summary>With layers that measure batches, carry state and drop values, in batches of which the last is smaller.</summary>
    public static TrainingSpec Spec => Learners.Spec;

    /// <summary>Units with 1, 2, … threads, by which they can be told apart.</summary>
    public static DataParallelSpec Of(int units) =>
        new() { Units = [.. Enumerable.Range(1, units).Select(threads => new UnitSpec { Threads = threads })] };

    public static TrainingSession Single(TrainingSpec? spec = null) => new(spec ?? Spec, Digits.Dataset, Digits.Split, Digits.Seed, Trial);

    public static DataSession In(ThreadTime time, TimedProcessors? processors = null, int units = 2, TrainingSpec? spec = null) => New(
        Of(units), spec, processors ?? new TimedProcessors(time), time);

    public static DataSession New(DataParallelSpec parallel, TrainingSpec? spec, TimedProcessors processors, ThreadTime time) => new(
        (spec ?? Spec) with { Parallel = parallel }, Digits.Dataset, Digits.Split, Digits.Seed, Trial, processors: processors,
        surroundings: new DataSurroundings { Time = time, Rest = _ => { } });
}
