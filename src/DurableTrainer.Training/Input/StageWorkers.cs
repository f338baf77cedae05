using System.Diagnostics;

namespace DurableTrainer.Training.Input;

/// <summary>The threads of a stage. Those that are too many at the moment rest.</summary>
/// <param name="stage">What they do.</param>
/// <param name="queue">Where they take samples from.</param>
/// <param name="work">Does it to the sample at a place, and hands it on.</param>
internal sealed class StageWorkers(InputStage stage, SampleQueue queue, Action<StageWork, int> work) : IDisposable
{
    /// <summary>Reading the thread's clock takes a part of a microsecond, so it is done once for several short samples.</summary>
    private const int SamplesPerReading = 16;

    private static readonly TimeSpan ReadingInterval = TimeSpan.FromMicroseconds(100);

    private readonly Lock gate = new();
    private readonly List<Thread> threads = [];
    private readonly List<ManualResetEventSlim> awake = [];

    public InputStage Stage => stage;

    public StageMeter Meter { get; } = new();

    /// <summary>How many there are to work.</summary>
    public int Count { get; private set; }

    public SampleQueue Queue => queue;

    public void Set(int count)
    {
        lock (gate)
        {
            Count = count;
            while (threads.Count < count)
            {
                var (number, signal) = (threads.Count, new ManualResetEventSlim(true));
                awake.Add(signal);
                threads.Add(new Thread(() => Run(signal)) { IsBackground = true, Name = $"input {stage.Name} {number}" });
                threads[^1].Start();
            }

            for (var i = 0; i < threads.Count; i++)
            {
                if (i < count)
                    awake[i].Set();
                else
                    awake[i].Reset();
            }
        }
    }

    /// <summary>Ends the threads; nothing is in the queue.</summary>
    public void Dispose()
    {
        foreach (var signal in awake)
            signal.Set();
        queue.End(threads.Count);
        foreach (var thread in threads)
            thread.Join();
        foreach (var signal in awake)
            signal.Dispose();
        queue.Dispose();
        stage.Dispose();
    }

    private void Run(ManualResetEventSlim signal)
    {
        var doing = stage.CreateWork();
        var (samples, busy) = (0, TimeSpan.Zero);
        var (cpu, blocked) = (ThreadClock.CpuTime, ThreadClock.TimesBlocked);
        while (true)
        {
            signal.Wait();
            if (queue.Take() is not { } place)
                return;
            if (samples == 0)
                (cpu, blocked) = (ThreadClock.CpuTime, ThreadClock.TimesBlocked);
            var start = Stopwatch.GetTimestamp();
            work(doing, place);
            busy += Stopwatch.GetElapsedTime(start);
            if (++samples < SamplesPerReading && busy < ReadingInterval)
                continue;

            // Where the system does not tell, all of it counts as processor time: rather too few workers than too many.
            Meter.Add(samples, busy, ThreadClock.CpuTime - cpu ?? busy, hasBlocked: ThreadClock.TimesBlocked != blocked);
            (samples, busy) = (0, TimeSpan.Zero);
        }
    }
}
