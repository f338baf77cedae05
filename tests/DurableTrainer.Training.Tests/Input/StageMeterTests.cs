using DurableTrainer.Training.Data;
using DurableTrainer.Training.Input;
using DurableTrainer.Training.Input.Augmentation;

namespace DurableTrainer.Training.Tests.Input;

public sealed class StageMeterTests : IDisposable
{
    private static readonly Dataset Nothing = new([1], [], [], "");

    private readonly StageMeter meter = new();
    private readonly ReadStage reading = new(Nothing, new ReadingCost(TimeSpan.Zero, TimeSpan.Zero));
    private readonly AugmentStage computing = new([], Nothing, 0, 0, brings: true);

    [Fact]
    public void The_shortest_wait_is_latency_and_what_others_waited_longer_is_delay()
    {
        Add(1, 5, 1);
        Add(2, 20, 2);

        Assert.Equal(Rounded(new StageMeasure("read", 3, 0.001, 0.004, 0.022 / 3 - 0.004)), Rounded(meter.Read(reading, 3, 3)!));
        Assert.Equal(Rounded(new StageMeasure("augment", 3, 0.001, 0, 0.022 / 3)), Rounded(meter.Read(computing, 3, 3)!));
    }

    [Fact]
    public void What_is_older_counts_less_and_the_shortest_wait_is_forgotten_in_the_end()
    {
        Add(1, 2, 2);
        meter.Fade();
        Add(1, 8, 2);
        Assert.Equal(0, meter.Read(reading, 1, 1)!.LatencySeconds);
        Assert.Equal(0.004, meter.Read(reading, 1, 1)!.DelaySeconds, 12);

        meter.Fade();
        Add(1, 8, 2);
        Assert.Equal(0.0051, meter.Read(reading, 1, 1)!.LatencySeconds, 3);
    }

    [Fact]
    public void Samples_that_waited_for_nothing_but_a_processor_have_no_latency_however_long_they_took()
    {
        Add(1, 9, 1, hasBlocked: false);
        Add(1, 9, 1);

        Assert.Equal(0, meter.Read(reading, 1, 2)!.LatencySeconds);
        Assert.Equal(0.008, meter.Read(reading, 1, 2)!.DelaySeconds, 12);
    }

    [Fact]
    public void A_thread_that_waits_is_told_from_one_that_computes()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var before = ThreadClock.TimesBlocked;
        using var never = new ManualResetEvent(false);
        never.WaitOne(1);

        Assert.True(ThreadClock.TimesBlocked > before);
        Assert.True(ThreadClock.CpuTime > TimeSpan.Zero);
    }

    [Fact]
    public void Too_few_samples_say_nothing()
    {
        Add(9, 5, 1);

        Assert.Null(meter.Read(reading, 1, 10));
        Add(1, 5, 1);
        Assert.NotNull(meter.Read(reading, 1, 10));
        meter.Clear();
        Assert.Null(meter.Read(reading, 1, 0));
    }

    public void Dispose()
    {
        reading.Dispose();
        computing.Dispose();
    }

    private static StageMeasure Rounded(StageMeasure measure) => measure with
    {
        CpuSeconds = Math.Round(measure.CpuSeconds, 9),
        LatencySeconds = Math.Round(measure.LatencySeconds, 9),
        DelaySeconds = Math.Round(measure.DelaySeconds, 9),
    };

    private void Add(int samples, double milliseconds, double cpuMilliseconds, bool hasBlocked = true) =>
        meter.Add(samples, TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromMilliseconds(cpuMilliseconds), hasBlocked);
}
