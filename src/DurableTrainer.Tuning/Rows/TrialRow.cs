using System.Buffers.Text;
using System.Text.Json;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Tuning.Rows;

/// <summary>
/// A trial that has ended as one short text, since thousands of them make the state: base64url of version, status and flags, origin,
/// how many values, how many rungs and objectives, slice, the rungs' epochs, branches and usage where there are any, and all numbers. Reading
/// it gives back the same bits.
/// </summary>
internal static class TrialRow
{
    private const byte Version = 1;
    private const int StatusMask = 0b111;
    private const int LastRungIsObjectives = 0b1000;
    private const int HasSlice = 0b1_0000;
    private const int HasCost = 0b10_0000;
    private const int HasBranches = 0b100_0000;
    private const int HasUsage = 0b1000_0000;
    private const int KnownFlags = StatusMask | LastRungIsObjectives | HasSlice | HasCost | HasBranches | HasUsage;
    private const int MaxObjectives = 15;

    /// <summary>What is added to the place of an origin where the trial checks a mask.</summary>
    private const int Check = 100;

    /// <summary>Origins that take one byte, written as their place from 1. New ones are added at the end.</summary>
    private static readonly string[] Origins =
    [
        Tuner.Seeded, Tuner.Added, "random", "sobol", "grid", "tpe", "gp", "bandit/start", "bandit/gp", "bandit/tpe", "bandit/neighbourhood", "bandit/space-filling", "transferred",
    ];

    /// <summary>Whether a row says all that the record does.</summary>
    public static bool Holds(TrialRecord trial) =>
        trial.Status != TrialStatus.Running
        && trial.LastDecision is null
        && (trial.Objectives?.Count ?? 0) <= MaxObjectives
        && trial.Objectives is not { Count: 0 }
        && trial.Rungs.All(rung => rung.Values.Count == trial.Objectives?.Count && rung.Epoch >= 0)
        && (trial.Usage is null || trial.Usage == trial.Usage.Rounded())
        && trial.Branches.All(branch => branch.Values.Count == trial.Values.Count && branch is { Epoch: >= 0, Donor: >= 0 });

    /// <exception cref="ArgumentException">The row would not hold the trial.</exception>
    public static string Write(TrialRecord trial)
    {
        if (!Holds(trial))
            throw new ArgumentException("The trial has not ended, or has what a row has no room for.", nameof(trial));
        var objectives = trial.Objectives ?? [];
        var isLastRung = trial.Rungs.Count > 0 && Same(trial.Rungs[^1].Values, objectives);
        var isUsualSlice = trial.LastSlice == trial.Rungs.Count - 1;
        var row = new RowWriter();
        row.Byte(Version);
        row.Byte((byte)((int)trial.Status
            | (isLastRung ? LastRungIsObjectives : 0) | (isUsualSlice ? 0 : HasSlice) | (trial.Cost is null ? 0 : HasCost)
            | (trial.Branches.Count > 0 ? HasBranches : 0) | (trial.Usage is null ? 0 : HasUsage)));
        var origin = Array.IndexOf(Origins, MaskChecks.WithoutMark(trial.Origin)) + 1;
        row.Byte((byte)(origin > 0 && MaskChecks.IsCheck(trial.Origin) ? origin + Check : origin));
        if (origin == 0)
            row.Text(trial.Origin);
        row.Whole((uint)trial.Values.Count);
        row.Whole(((uint)trial.Rungs.Count << 4) | (uint)objectives.Count);
        if (!isUsualSlice)
            row.Signed(trial.LastSlice);
        foreach (var rung in trial.Rungs)
            row.Whole((uint)rung.Epoch);
        if (trial.Branches.Count > 0)
            row.Whole((uint)trial.Branches.Count);
        foreach (var branch in trial.Branches)
        {
            row.Whole((uint)branch.Epoch);
            row.Whole((uint)branch.Donor);
        }

        if (trial.Usage is { } usage)
        {
            row.Short(ThreeDigits.CodeOf(usage.MemoryBytes));
            row.Short(ThreeDigits.CodeOf(usage.CpuTime));
            row.Short(ThreeDigits.CodeOf(usage.WallClock));
        }

        var rungs = trial.Rungs.Take(trial.Rungs.Count - (isLastRung ? 1 : 0)).SelectMany(rung => rung.Values);
        row.Numbers([.. trial.Values, .. objectives, .. rungs, .. trial.Cost is { } cost ? (double?[])[cost] : [], .. trial.Branches.SelectMany(branch => branch.Values)]);
        return Base64Url.EncodeToString(row.Bytes);
    }

    /// <exception cref="JsonException">The text is not a row: cut, longer than a row, of another version, or otherwise damaged.</exception>
    public static TrialRecord Read(string text)
    {
        if (!Base64Url.IsValid(text))
            throw new JsonException("The row of a trial is damaged: it is not base64url.");
        var row = new RowReader(Base64Url.DecodeFromChars(text));
        var version = row.Byte();
        if (version != Version)
            throw new JsonException($"The row of a trial has version {version}, this program reads version {Version}. A newer program wrote it, or it is damaged.");
        var head = row.Byte();
        var status = (TrialStatus)(head & StatusMask);
        if ((head & ~KnownFlags) != 0 || status is TrialStatus.Running || !Enum.IsDefined(status))
            throw new JsonException($"The row of a trial is damaged: nothing ends as 0x{head:x2} says.");
        var origin = OriginOf(row.Byte(), ref row);
        var values = row.Count(row.Whole());
        var counts = row.Whole();
        var (objectives, rungs) = ((int)counts & 0xF, row.Count(counts >> 4));
        var isLastRung = (head & LastRungIsObjectives) != 0;
        if (rungs > 0 && objectives == 0 || rungs == 0 && isLastRung)
            throw new JsonException("The row of a trial is damaged: its rungs have no values.");
        var slice = (head & HasSlice) != 0 ? row.Signed() : rungs - 1;
        var epochs = new int[rungs];
        for (var i = 0; i < rungs; i++)
            epochs[i] = (int)row.Whole();
        var branches = BranchesOf((head & HasBranches) != 0, values, ref row);
        var usage = (head & HasUsage) != 0
            ? new TrialUsage { MemoryBytes = row.Measured(), CpuTime = row.Measured(), WallClock = row.Measured() }
            : null;
        var rungValues = objectives * (rungs - (isLastRung ? 1 : 0));
        var cost = values + objectives + rungValues;
        var hasCost = (head & HasCost) != 0 ? 1 : 0;
        var numbers = row.Numbers(cost + hasCost + branches.Length * values);
        row.End();

        var reached = Required(numbers.AsSpan(values, objectives));
        return new TrialRecord
        {
            Values = numbers[..values],
            Status = status,
            Origin = origin,
            LastSlice = slice,
            Objectives = objectives == 0 ? null : reached,
            Rungs = [.. epochs.Select((epoch, i) => new RungValue(epoch, (i + 1) * objectives > rungValues
                ? reached
                : Required(numbers.AsSpan(values + objectives + i * objectives, objectives))))],
            Cost = hasCost > 0 ? Required(numbers.AsSpan(cost, 1))[0] : null,
            Usage = usage,
            Branches = [.. branches.Select((branch, i) => new Branch(branch.Epoch, branch.Donor, numbers.AsSpan(cost + hasCost + i * values, values).ToArray()))],
        };
    }

    private static (int Epoch, int Donor)[] BranchesOf(bool hasAny, int values, ref RowReader row)
    {
        if (!hasAny)
            return [];
        var branches = new (int Epoch, int Donor)[row.Count(row.Whole())];
        for (var i = 0; i < branches.Length; i++)
            branches[i] = ((int)row.Whole(), (int)row.Whole());
        row.Count((uint)Math.Min((long)branches.Length * values, uint.MaxValue));
        return branches;
    }

    private static string OriginOf(byte origin, ref RowReader row) =>
        origin == 0 ? row.Text()
        : origin <= Origins.Length ? Origins[origin - 1]
        : origin > Check && origin - Check <= Origins.Length ? MaskChecks.Marked(Origins[origin - Check - 1])
        : throw new JsonException($"The row of a trial names origin {origin}, which this program does not know. A newer program wrote it, or it is damaged.");

    private static double[] Required(ReadOnlySpan<double?> numbers)
    {
        var values = new double[numbers.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = numbers[i] ?? throw new JsonException("The row of a trial is damaged: a number is missing.");
        return values;
    }

    private static bool Same(IReadOnlyList<double> a, IReadOnlyList<double> b) =>
        a.Select(BitConverter.DoubleToInt64Bits).SequenceEqual(b.Select(BitConverter.DoubleToInt64Bits));
}
