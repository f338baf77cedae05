using System.Globalization;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.GpuWorker.Nvml;

/// <summary>
/// Adds up how long a GPU computes: its utilization, looked at ten times a second, times the time between the looks. What else runs on the
/// GPU counts too; a worker has one for itself.
/// </summary>
internal sealed class GpuMeter : IDeviceClock, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly INvmlDevice device;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private long lastLook;
    private TimeSpan busy;

    public GpuMeter(INvmlDevice device, TimeProvider time)
    {
        (this.device, this.time, lastLook) = (device, time, time.GetTimestamp());
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public TimeSpan BusyTime
    {
        get
        {
            Look();
            lock (gate)
                return busy;
        }
    }

    /// <param name="device">As CUDA names it: <c>cuda</c>, <c>cuda:1</c>.</param>
    /// <returns>Null where nothing but the processor computes.</returns>
    /// <exception cref="NvmlException">There is no such GPU, or no driver that tells of it.</exception>
    public static GpuMeter? Of(string device)
    {
        if (!device.StartsWith("cuda", StringComparison.Ordinal))
            return null;
        var colon = device.IndexOf(':', StringComparison.Ordinal);
        var ordinal = colon < 0 ? 0 : int.Parse(device.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return new GpuMeter(NvmlDevice.Open(ordinal, Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")), TimeProvider.System);
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            busy += time.GetElapsedTime(lastLook, now) * (device.ReadUtilization() / 100.0);
            lastLook = now;
        }
    }
}
