using DurableTrainer.GpuWorker.Nvml;
using DurableTrainer.Workers.Tests;

namespace DurableTrainer.GpuWorker.Tests.Nvml;

public sealed class GpuMeterTests
{
    [Fact]
    public void It_adds_up_the_share_of_the_time_in_which_the_device_computed()
    {
        var time = new ManualTime();
        var device = new Device { Percent = 50 };
        using var meter = new GpuMeter(device, time);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(1), meter.BusyTime);

        device.Percent = 100;
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(4), meter.BusyTime);

        device.Percent = 0;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(4), meter.BusyTime);
    }

    [Fact]
    public void Where_the_processor_computes_nothing_is_metered() => Assert.Null(GpuMeter.Of("cpu"));

    [Theory]
    [InlineData(0, null, "0")]
    [InlineData(2, "", "2")]
    [InlineData(0, "3", "3")]
    [InlineData(1, "3, 1", "1")]
    [InlineData(0, "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6", "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6")]
    public void A_device_is_found_as_CUDA_counts_those_that_are_visible(int ordinal, string? visible, string name) =>
        Assert.Equal(name, NvmlDevice.NameOf(ordinal, visible));

    [Fact]
    public void A_device_that_is_not_visible_is_told() =>
        Assert.Equal("CUDA_VISIBLE_DEVICES is '3' and names no device 1.", Assert.Throws<NvmlException>(() => NvmlDevice.NameOf(1, "3")).Message);

    [Fact]
    public void A_machine_without_such_a_device_is_told_what_it_lacks()
    {
        // No machine has so many.
        var exception = Assert.Throws<NvmlException>(() => NvmlDevice.Open(4000, visible: null));

        Assert.Matches("libnvidia-ml|cannot", exception.Message);
    }

    private sealed class Device : INvmlDevice
    {
        public int Percent { get; set; }

        public int ReadUtilization() => Percent;
    }
}
