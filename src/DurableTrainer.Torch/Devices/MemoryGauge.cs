namespace DurableTrainer.Torch.Devices;

/// <summary>
/// The most that was taken of a device's memory. Torch gives nothing back to the device before it has to, so a look now and then is
/// enough.
/// </summary>
/// <param name="used">Bytes in use now.</param>
internal sealed class MemoryGauge(Func<long> used)
{
    private readonly Lock looking = new();
    private readonly long before = used();
    private long peak;

    /// <summary>Bytes that were in use at most, beyond those before the first look.</summary>
    public long PeakBytes
    {
        get
        {
            lock (looking)
                return peak = Math.Max(peak, used() - before);
        }
    }
}
