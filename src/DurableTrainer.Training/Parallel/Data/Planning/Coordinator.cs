using System.Globalization;

namespace DurableTrainer.Training.Parallel.Data.Planning;

/// <summary>
/// Decides how whole batches are shared, watches how long the units take, and shares them anew where that pays. It looks at durations
/// alone, so that measured ones and simulated ones lead to the same decisions.
/// </summary>
internal sealed class Coordinator
{
    /// <summary>Steps whose median counts.</summary>
    public const int Window = 20;

    /// <summary>Steps from one check to the next.</summary>
    public const int CheckEvery = 5;

    /// <summary>Checks in a row that must find the same.</summary>
    public const int Checks = 3;

    /// <summary>Share of a step that another plan must save.</summary>
    public const double LeastGain = 0.1;

    private const int SinceFirstCheck = CheckEvery * (Checks - 1);

    private readonly UnitCost[] costs;
    private readonly string[] names;
    private readonly bool[] isLost;
    private readonly RecentTimes[] recent;
    private readonly int batch;
    private int sinceCheck;
    private int promising;
    private bool isMeasured;

    /// <param name="names">Of the units.</param>
    /// <param name="costs">What they take, as probed.</param>
    /// <param name="batch">Samples of a whole batch; the units together have memory for so many.</param>
    public Coordinator(IReadOnlyList<string> names, IReadOnlyList<UnitCost> costs, int batch)
    {
        (this.names, this.costs, this.batch) = ([.. names], [.. costs], batch);
        isLost = new bool[costs.Count];
        recent = [.. costs.Select(_ => new RecentTimes(Window))];
        Shards = ShardsOf(batch) ?? throw new ArgumentException("The units do not have memory for a batch.", nameof(costs));
    }

    /// <summary>Of a whole batch, by unit.</summary>
    public int[] Shards { get; private set; }

    /// <summary>What each unit takes, as far as is known.</summary>
    public IReadOnlyList<UnitCost> Costs => costs;

    /// <summary>Seconds that the slowest unit is expected to take for a whole batch.</summary>
    public double PredictedSeconds => ShardPlanner.SecondsOf(costs, Shards);

    /// <summary>Why batches are shared as they are at first.</summary>
    public string FirstReason => $"{Describe(Shards)}: the slowest is expected to take {Milliseconds(PredictedSeconds)} for a batch of {batch}";

    /// <summary>How a batch of another size is shared, such as the last one of an epoch.</summary>
    /// <returns>By unit; null when the units that are left do not have memory for it.</returns>
    public int[]? ShardsOf(int samples) => samples == batch && Shards is not null ? Shards : Plan(costs, samples);

    /// <summary>A unit is gone: others get its samples.</summary>
    /// <returns>How batches are shared now; null when the units that are left do not have memory for one.</returns>
    public string? Lose(int unit)
    {
        isLost[unit] = true;
        if (Plan(costs, batch) is not { } next)
            return null;
        Change(next);
        return Describe(next);
    }

    /// <summary>Takes note of a step.</summary>
    /// <param name="shards">Its; steps that were shared in another way than <see cref="Shards"/> do not count.</param>
    /// <param name="unitSeconds">That each unit worked for it.</param>
    /// <param name="stepsLeft">Steps that are to come.</param>
    /// <returns>Why batches are shared otherwise from here on; null when they are not.</returns>
    public string? Observe(IReadOnlyList<int> shards, IReadOnlyList<double> unitSeconds, long stepsLeft)
    {
        if (!shards.SequenceEqual(Shards))
            return null;
        for (var unit = 0; unit < recent.Length; unit++)
        {
            if (Shards[unit] > 0)
                recent[unit].Add(unitSeconds[unit]);
        }

        if (++sinceCheck < CheckEvery || Watched.Any(unit => !recent[unit].IsFull))
            return null;
        sinceCheck = 0;
        return Check(stepsLeft);
    }

    private IEnumerable<int> Watched => Enumerable.Range(0, costs.Length).Where(unit => Shards[unit] > 0);

    private string? Check(long stepsLeft)
    {
        var window = Seen(Window);
        promising = IsPromising(window, stepsLeft, out _, out _, out _) ? promising + 1 : 0;
        if (promising == 0 && !isMeasured)
        {
            // A probe is short. What the first steps took is what later ones are held against.
            window.CopyTo(costs, 0);
            isMeasured = true;
        }

        // What is planned follows what was seen since the first of the checks: the steps before may have been of another speed.
        var seen = Seen(SinceFirstCheck);
        if (promising < Checks || !IsPromising(seen, stepsLeft, out var next, out var now, out var then))
            return null;

        // What is farthest from what was expected, slower or faster, is why.
        var (other, was) = (Watched.MaxBy(unit => Math.Abs(Math.Log(Factor(unit)))), Describe(Shards));
        var (factor, expectation) = (Factor(other), isMeasured ? "was expected of it" : "its probe said");
        seen.CopyTo(costs, 0);
        isMeasured = true;
        Change(next);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Describe(next)}, instead of {was}: {names[other]} takes {factor:0.0} times as long as {expectation}, and so a step of {Milliseconds(now)} is expected to take {Milliseconds(then)}");

        double Factor(int unit) => seen[unit].Of(Shards[unit]) / costs[unit].Of(Shards[unit]);
    }

    private bool IsPromising(UnitCost[] seen, long stepsLeft, out int[] next, out double now, out double then)
    {
        now = ShardPlanner.SecondsOf(seen, Shards);
        next = Plan(seen, batch)!;
        then = ShardPlanner.SecondsOf(seen, next);
        // A switch costs about a step: caches and packed weights begin anew, and the first one of other sizes is slower.
        return then < (1 - LeastGain) * now && (now - then) * stepsLeft > now;
    }

    /// <summary>What each unit takes by what was seen of it in its last steps: as it was probed, at another speed. Of who has no samples nothing is seen.</summary>
    private UnitCost[] Seen(int steps) =>
        [.. costs.Select((cost, unit) => Shards[unit] == 0 ? cost : cost.Times(recent[unit].MedianOfLast(steps) / cost.Of(Shards[unit])))];

    private int[]? Plan(IReadOnlyList<UnitCost> all, int samples) =>
        ShardPlanner.Plan([.. all.Select((cost, unit) => isLost[unit] ? cost with { MostSamples = 0 } : cost)], samples);

    private void Change(int[] next)
    {
        (Shards, promising, sinceCheck) = (next, 0, 0);
        foreach (var times in recent)
            times.Clear();
    }

    private string Describe(IReadOnlyList<int> shards) =>
        string.Join(", ", shards.Select((count, unit) => $"{names[unit]} {(isLost[unit] ? "is lost" : count == 0 ? "rests" : $"has {count}")}"));

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString("0.0#", CultureInfo.InvariantCulture) + " ms";
}
