using System.Diagnostics;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Tests.Measuring;

public class ProcessorTimeTests
{
    [Fact]
    public void Waiting_is_idle_and_what_the_hypervisor_took_is_busy()
    {
        var time = ProcessorTime.Parse("cpu  100 20 30 1000 400 5 6 7 90 10", TimeSpan.FromSeconds(1));

        Assert.Equal(new ProcessorTime(168, 1568, TimeSpan.FromSeconds(1)), time);
    }

    [Fact]
    public void Others_are_what_is_busy_but_not_ones_own()
    {
        var before = new ProcessorTime(1000, 10_000, TimeSpan.FromSeconds(3));

        // Of 200 ticks, 150 were busy, of which one's own processes had 1.2 seconds.
        var share = ProcessorTime.OthersBetween(before, new ProcessorTime(1150, 10_200, TimeSpan.FromSeconds(4.2)));

        Assert.Equal(0.15, share, 9);
    }

    [Fact]
    public void Clocks_that_tick_apart_make_nobody_take_less_than_nothing()
    {
        var before = new ProcessorTime(1000, 10_000, TimeSpan.Zero);

        Assert.Equal(0, ProcessorTime.OthersBetween(before, new ProcessorTime(1009, 10_020, TimeSpan.FromSeconds(0.1))));
        Assert.Equal(0, ProcessorTime.OthersBetween(before, before));
    }

    [Fact]
    public void The_time_of_this_machine_goes_on_and_contains_ones_own()
    {
        using var self = Process.GetCurrentProcess();

        var first = ProcessorTime.Read([]);
        var second = ProcessorTime.Read([self]);

        // Elsewhere than on Linux there is neither.
        Assert.Equal(OperatingSystem.IsLinux(), first is not null);
        if (first is { } before && second is { } after)
        {
            Assert.True(after.All >= before.All && after.Busy >= before.Busy && before.Busy <= before.All);
            Assert.True(after.Own > before.Own);
        }
    }
}
