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

    /// <summary>Share of a step that another plan must save, for units that have changed.</summary>
    public const double LeastGain = 0.1;

    /// <summary>The same where the plan is new, and made of less than a window of steps: what its first window shows corrects it once.</summary>
    public const double LeastCorrection = 0.02;

    private const int SinceFirstCheck = CheckEvery * (Checks - 1);

    private readonly UnitCost[] costs;
    private readonly string[] names;
    private readonly bool[] isLost;
    private readonly RecentTimes[] recent;
    private readonly int batch;
    private int sinceCheck;
    private int promising;
    private bool isMeasured;
    private bool isSettled;

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
        if (IsPromising(window, LeastGain, stepsLeft, out _))
            return ++promising < Checks ? null : FollowChange(stepsLeft);
        promising = 0;
        if (isSettled)
            return null;
        // A probe is short, and so is what a change was seen by. What a whole window took is what later steps are held against.
        isSettled = true;
        if (IsPromising(window, LeastCorrection, stepsLeft, out var better))
            return Follow(better, window);
        Expect(window);
        return null;
    }

    /// <summary>What is planned follows what was seen since the first of the checks: the steps before may have been of another speed.</summary>
    private string? FollowChange(long stepsLeft)
    {
        var seen = Seen(SinceFirstCheck);
        if (!IsPromising(seen, LeastGain, stepsLeft, out var better))
            return null;
        isSettled = false;
        return Follow(better, seen);
    }

    private string Follow(BetterPlan better, UnitCost[] seen)
    {
        // What is farthest from what was expected, slower or faster, is why.
        var (other, was) = (Watched.MaxBy(unit => Math.Abs(Math.Log(Factor(unit)))), Describe(Shards));
        var (factor, expectation) = (Factor(other), isMeasured ? "was expected of it" : "its probe said");
        Expect(seen);
        Change(better.Shards);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Describe(better.Shards)}, instead of {was}: {names[other]} takes {factor:0.0#} times as long as {expectation}, and so a step of {Milliseconds(better.Now)} is expected to take {Milliseconds(better.Then)}");

        double Factor(int unit) => seen[unit].Of(Shards[unit]) / costs[unit].Of(Shards[unit]);
    }

    private void Expect(UnitCost[] seen)
    {
        seen.CopyTo(costs, 0);
        isMeasured = true;
    }

    private bool IsPromising(UnitCost[] seen, double leastGain, long stepsLeft, out BetterPlan better)
    {
        var next = Plan(seen, batch)!;
        better = new BetterPlan(next, ShardPlanner.SecondsOf(seen, Shards), ShardPlanner.SecondsOf(seen, next));
        // A switch costs about a step: caches and packed weights begin anew, and the first one of other sizes is slower.
        return better.Then < (1 - leastGain) * better.Now && (better.Now - better.Then) * stepsLeft > better.Now;
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

    /// <summary>Another plan, and what a step takes now and by it.</summary>
    private readonly record struct BetterPlan(int[] Shards, double Now, double Then);
}
