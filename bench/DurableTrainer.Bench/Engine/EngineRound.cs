using System.Diagnostics;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Engine.Files;

namespace DurableTrainer.Bench.Engine;

/// <summary>All figures, once, on the same disk within the same minute.</summary>
internal sealed record EngineRound
{
    private const int Activities = 10_000;
    private const int Steps = 300;
    private const int Instances = 10_000;
    private const int FlushedBytes = 512;

    /// <summary>Of 10,000 at once, journaled and flushed.</summary>
    public required double ActivitiesPerSecond { get; init; }

    /// <summary>The same without waiting for the disk.</summary>
    public required double ActivitiesPerSecondUnflushed { get; init; }

    /// <summary>What the disk takes to append half a KiB and flush it.</summary>
    public required double FlushMilliseconds { get; init; }

    /// <summary>Of activities one after the other.</summary>
    public required double ChainStepMilliseconds { get; init; }

    /// <summary>Of slices without work, with 20 experiments at once.</summary>
    public required double SliceOverheadMilliseconds { get; init; }

    /// <summary>To open a journal with 10,000 instances that wait.</summary>
    public required double RecoverySeconds { get; init; }

    /// <summary>Of those, in memory, with their code waiting.</summary>
    public required double BytesPerIdleInstance { get; init; }

    /// <summary>What the 10,000 activities left on disk.</summary>
    public required double JournalBytes { get; init; }

    public static async Task<EngineRound> MeasureAsync(Scratch place, bool isQuick, CancellationToken cancellation)
    {
        var (flushed, bytes) = await FanOutAsync(place.NewFolder(), flushes: true, cancellation);
        var (unflushed, _) = await FanOutAsync(place.NewFolder(), flushes: false, cancellation);
        var flush = FlushMillisecondsIn(place.NewFolder());
        var chain = await ChainAsync(place.NewFolder(), cancellation);
        var slices = await NoWorkSlices.MeasureAsync(place.NewFolder(), trials: isQuick ? 10 : 30, cancellation);
        var (recovery, idle) = await RecoverAsync(place.NewFolder(), cancellation);
        return new()
        {
            ActivitiesPerSecond = flushed,
            ActivitiesPerSecondUnflushed = unflushed,
            FlushMilliseconds = flush,
            ChainStepMilliseconds = chain,
            SliceOverheadMilliseconds = slices,
            RecoverySeconds = recovery,
            BytesPerIdleInstance = idle,
            JournalBytes = bytes,
        };
    }

    private static async Task<(double PerSecond, double Bytes)> FanOutAsync(string folder, bool flushes, CancellationToken cancellation)
    {
        double seconds;
        await using (var engine = await OpenAsync(folder, cancellation, flushes))
        {
            engine.Start();
            // What the first call of anything takes is not what is asked for.
            await EngineWork.RunAsync(engine, EngineWork.FanOut, Activities / 10, "warm-up");
            var start = Stopwatch.GetTimestamp();
            await EngineWork.RunAsync(engine, EngineWork.FanOut, Activities, "measured");
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return (Activities / seconds, new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length));
    }

    private static async Task<double> ChainAsync(string folder, CancellationToken cancellation)
    {
        await using var engine = await OpenAsync(folder, cancellation);
        engine.Start();
        await EngineWork.RunAsync(engine, EngineWork.Chain, Steps / 10, "warm-up");
        var start = Stopwatch.GetTimestamp();
        await EngineWork.RunAsync(engine, EngineWork.Chain, Steps, "measured");
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Steps;
    }

    private static double FlushMillisecondsIn(string folder)
    {
        using var file = new DiskFiles(folder, TimeProvider.System).Create("flushed");
        var bytes = new byte[FlushedBytes];
        return Statistics.Median([.. Enumerable.Range(0, Steps).Select(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            file.Write(bytes);
            file.Flush();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        })]);
    }

    private static async Task<(double Seconds, double BytesEach)> RecoverAsync(string folder, CancellationToken cancellation)
    {
        double idle;
        await using (var engine = await OpenAsync(folder, cancellation))
        {
            engine.Start();
            await EngineWork.RunAsync(engine, EngineWork.FanOut, 10, "warm-up");
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await Task.WhenAll(Enumerable.Range(0, Instances).Select(i => engine.Client.ScheduleAsync(EngineWork.Idle, i, $"idle-{i}", cancellation: cancellation)));
            // In the order in which they came: when the last one waits, all do.
            while ((await engine.Client.GetAsync($"idle-{Instances - 1}", cancellation))!.Status == InstanceStatus.Pending)
                await Task.Delay(1, cancellation);
            idle = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Instances;
        }

        var start = Stopwatch.GetTimestamp();
        await using var recovered = await OpenAsync(folder, cancellation);
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, idle);
    }

    private static Task<EmbeddedEngine> OpenAsync(string folder, CancellationToken cancellation, bool flushes = true) => EmbeddedEngine.OpenAsync(
        new EngineOptions
        {
            Folder = folder,
            Registry = EngineWork.Registry(),
            Files = flushes ? null : new UnflushedFiles(new DiskFiles(folder, TimeProvider.System)),
        },
        cancellation);
}
