using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>One unit's part of a batch that several share.</summary>
/// <param name="place">Of the part among those of the batch.</param>
/// <param name="offset">Samples of the batch before it.</param>
/// <param name="weight">
/// What its mean loss counts for in that of the batch: the share of the batch's targets that it has, of those that count, each as often as
/// its replica's weight says.
/// </param>
/// <param name="meeting">Where the units of the batch exchange sums.</param>
/// <param name="clock">Of the unit.</param>
internal sealed class Shard(int place, int offset, double weight, Meeting meeting, UnitClock clock) : BatchPart(offset, weight)
{
    /// <summary>Brings what was measured here, and waits for what the other units measured.</summary>
    /// <returns>What each of them brought, in the order of the parts.</returns>
    /// <exception cref="MeetingBrokenException">One of them does not come.</exception>
    public double[][] Share(ReadOnlySpan<double> own)
    {
        var (parts, latest) = meeting.Bring(place, own, clock.Stop());
        clock.GoOn(latest);
        return parts;
    }
}
