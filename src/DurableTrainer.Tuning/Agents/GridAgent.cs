using System.Numerics;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>
/// A grid, visited in a scattered order so that any part of it covers the space. Every parameter has its own values where there are no
/// more of them than the grid has; others have evenly spaced ones, as few as give the whole grid as many points as the budget has trials.
/// </summary>
internal sealed class GridAgent : Agent
{
    private const int TrialsWithoutBudget = 1000;

    private readonly int[] counts;
    private readonly BigInteger size;
    private readonly BigInteger stride;
    private readonly BigInteger offset;

    public GridAgent(UnitSpace space, SearchSettings settings) : base(space, "grid")
    {
        var trials = settings.Trials ?? TrialsWithoutBudget;
        for (var values = 2; ; values++)
        {
            counts = [.. space.Levels.Select(levels => levels > 0 ? Math.Min(levels, values) : values)];
            size = counts.Aggregate(BigInteger.One, (product, count) => product * count);
            if (size >= trials || values >= trials)
                break;
        }

        // Steps of about the golden ratio of the size, without a common divisor, meet every point once and scatter them.
        var random = new KeyedRandom(settings.Seed, "agent/grid");
        offset = new BigInteger(random.NextUInt64()) % size;
        stride = BigInteger.Max(BigInteger.One, size * 618_033_989 / 1_000_000_000);
        while (BigInteger.GreatestCommonDivisor(stride, size) != 1)
            stride++;
    }

    protected override void Draw(long index, Span<double> unit)
    {
        var cell = (offset + index * stride) % size;
        for (var i = 0; i < unit.Length; i++)
        {
            cell = BigInteger.DivRem(cell, counts[i], out var place);
            unit[i] = ((int)place + 0.5) / counts[i];
        }
    }
}
