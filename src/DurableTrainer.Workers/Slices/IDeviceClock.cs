namespace DurableTrainer.Workers.Slices;

/// <summary>Tells how long a device has computed.</summary>
public interface IDeviceClock
{
    /// <summary>Time during which it computed, since some moment of the past.</summary>
    TimeSpan BusyTime { get; }
}
