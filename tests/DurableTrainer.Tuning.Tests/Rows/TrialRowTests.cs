using System.Buffers.Text;
using System.Text.Json;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Rows;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Tuning.Tests.Rows;

public class TrialRowTests
{
    private static readonly TrialRecord Typical = new()
    {
        Values = [0.001, null, 3, 1 / 3.0],
        Status = TrialStatus.Stopped,
        Origin = "sobol",
        Rungs = [new(1, [0.5]), new(3, [0.625])],
        LastSlice = 1,
        Objectives = [0.625],
        Cost = 12.5,
    };

    private static readonly Gen<double> Numbers = Gen.OneOf(
        Gen.Elements(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 0.1, 0.1f, 1e-4, 67_108_863, 67_108_864,
            int.MinValue, BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0001)),
        Gen.Choose(int.MinValue, int.MaxValue).Select(number => (double)number),
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select BitConverter.Int64BitsToDouble(((long)high << 32) | (uint)low),
        Gen.Choose(0, 1_000_000).Select(number => number / 1e6));

    private static readonly Gen<double?> Measured = Gen.OneOf(
        Gen.Elements((double?)null, 1e-40, 1e-36, 0.9995, 1, 99.95, 1e6, 1e40),
        from number in Gen.Choose(1, int.MaxValue) from power in Gen.Choose(-30, 20) select (double?)(number * Math.Pow(10, power)));

    private static readonly Gen<TrialUsage> Usages =
        from memory in Measured
        from cpu in Measured
        from wall in Measured
        select new TrialUsage { MemoryBytes = memory, CpuTime = cpu, WallClock = wall }.Rounded();

    private static readonly Gen<TrialRecord> Trials =
        from values in Gen.ListOf(Gen.OneOf(Numbers.Select(number => (double?)number), Gen.Constant((double?)null)))
        from status in Gen.Elements(TrialStatus.Completed, TrialStatus.Stopped, TrialStatus.Failed, TrialStatus.Cancelled)
        from origin in Gen.Elements("sobol", "seeded", "bandit/gp", "bandit/gp, unmasked to check the mask", "elsewhere, unmasked to check the mask", "", "søren/κ", new string('x', 300))
        from objectives in Gen.Choose(0, 3)
        from reached in Gen.ListOf(Numbers, objectives)
        from rungs in Gen.ListOf(from epoch in Gen.Choose(0, 100_000) from rung in Gen.ListOf(Numbers, objectives) select new RungValue(epoch, [.. rung]))
        from isLast in Gen.Elements(true, false)
        from slice in Gen.Choose(-1, 9)
        from cost in Gen.OneOf(Numbers.Select(number => (double?)number), Gen.Constant((double?)null))
        from usage in Gen.OneOf(Gen.Constant((TrialUsage?)null), Usages.Select(usage => (TrialUsage?)usage))
        from branches in Gen.ListOf(
            from epoch in Gen.Choose(0, 100_000)
            from donor in Gen.Choose(0, 100_000)
            from point in Gen.ListOf(Gen.OneOf(Numbers.Select(number => (double?)number), Gen.Constant((double?)null)), values.Count)
            select new Branch(epoch, donor, [.. point]))
        select new TrialRecord
        {
            Values = [.. values],
            Status = status,
            Origin = origin,
            Objectives = objectives == 0 ? null : [.. reached],
            Rungs = objectives == 0 ? [] : isLast ? [.. rungs, new(7, [.. reached])] : [.. rungs],
            LastSlice = slice,
            Cost = cost,
            Usage = usage,
            Branches = [.. branches],
        };

    [Fact]
    public void Reading_a_row_gives_back_every_bit() =>
        Prop.ForAll(Trials.ToArbitrary(), trial => AreSame(trial, TrialRow.Read(TrialRow.Write(trial)))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_row_that_was_cut_anywhere_or_goes_on_is_refused() =>
        Prop.ForAll(Trials.ToArbitrary(), trial =>
        {
            var row = Base64Url.DecodeFromChars(TrialRow.Write(trial));
            for (var length = 0; length < row.Length; length++)
                Assert.Contains("is cut", Refused(Base64Url.EncodeToString(row.AsSpan(0, length))), StringComparison.Ordinal);
            Assert.Contains("but 2 more follow", Refused(Base64Url.EncodeToString([.. row, 0, 1])), StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_that_changed_are_refused_or_read_but_never_end_in_another_exception()
    {
        var row = Base64Url.DecodeFromChars(TrialRow.Write(Typical with { Origin = "elsewhere", LastSlice = 7, Usage = new TrialUsage { MemoryBytes = 1.5e9 }, Branches = [new(3, 5, [0.002, null, 3, 0.5])] }));
        for (var place = 0; place < row.Length; place++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = row.ToArray();
                changed[place] = (byte)value;
                var thrown = Record.Exception(() => TrialRow.Read(Base64Url.EncodeToString(changed)));
                Assert.True(thrown is null or JsonException, $"Byte {place} as {value}: {thrown}");
            }
        }
    }

    [Theory]
    [InlineData("AgEEAAA", "version 2, this program reads version 1")]
    [InlineData("AQAEAAA", "nothing ends as 0x00 says")]
    [InlineData("AQUEAAA", "nothing ends as 0x05 says")]
    [InlineData("AYEEAAD__wAAAAA", "nothing measured is 65535")]
    [InlineData("AQH6AAA", "names origin 250")]
    [InlineData("AQEE_____38", "is too large")]
    [InlineData("AQEE/w==", "is not base64url")]
    [InlineData("", "is cut")]
    public void What_is_no_row_is_refused_with_the_reason(string text, string told) =>
        Assert.Contains(told, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void A_row_that_was_written_before_there_were_branches_is_read()
    {
        const string Written = "ASoEBCEBA9IqbxKDOgZVVVVVVVXVPwAAID8AAAA_AABIQQ";

        Assert.True(AreSame(Typical, TrialRow.Read(Written)));
        Assert.Equal(Written, TrialRow.Write(Typical));
        Assert.Equal(3 + 1 + 4, Bytes(Typical with { Branches = [new(3, 5, [1, 2, 3, 4])] }) - Bytes(Typical));
    }

    [Fact]
    public void Short_decimals_take_four_bytes_and_a_last_rung_that_counts_takes_its_epoch_only()
    {
        var one = Typical with { Values = [0.001], Rungs = [], LastSlice = -1, Cost = null };

        Assert.Equal(4, Bytes(one with { Values = [1 / 3.0] }) - Bytes(one));
        Assert.Equal(1, Bytes(one with { Rungs = [new(1, [0.625])], LastSlice = 0 }) - Bytes(one));
    }

    [Theory]
    [InlineData(1234.5, 1230)]
    [InlineData(0.0299995, 0.03)]
    [InlineData(999.6, 1000)]
    [InlineData(1e-99, 1e-36)]
    [InlineData(1e99, 9.99e35)]
    public void Usage_is_kept_with_three_digits_in_two_bytes_each(double measured, double kept)
    {
        var usage = new TrialUsage { WallClock = measured }.Rounded();

        Assert.Equal(kept, usage.WallClock);
        Assert.Equal(6, Bytes(Typical with { Usage = usage }) - Bytes(Typical));
        Assert.False(TrialRow.Holds(Typical with { Usage = new TrialUsage { WallClock = 1234.5 } }));
    }

    private static int Bytes(TrialRecord trial) => Base64Url.DecodeFromChars(TrialRow.Write(trial)).Length;

    private static string Refused(string row) => Assert.Throws<JsonException>(() => TrialRow.Read(row)).Message;

    private static bool AreSame(TrialRecord a, TrialRecord b) =>
        AreSame(a.Values, b.Values)
        && (a.Status, a.Origin, a.LastSlice, a.Objectives is null) == (b.Status, b.Origin, b.LastSlice, b.Objectives is null)
        && AreSame([.. a.Objectives ?? []], [.. b.Objectives ?? []])
        && a.Rungs.Select(rung => rung.Epoch).SequenceEqual(b.Rungs.Select(rung => rung.Epoch))
        && a.Rungs.Zip(b.Rungs).All(pair => AreSame([.. pair.First.Values], [.. pair.Second.Values]))
        && AreSame([a.Cost], [b.Cost])
        && a.Usage == b.Usage
        && a.Branches.Select(branch => (branch.Epoch, branch.Donor)).SequenceEqual(b.Branches.Select(branch => (branch.Epoch, branch.Donor)))
        && a.Branches.Zip(b.Branches).All(pair => AreSame(pair.First.Values, pair.Second.Values));

    private static bool AreSame(IReadOnlyList<double?> a, IReadOnlyList<double?> b) => a.Select(Bits).SequenceEqual(b.Select(Bits));

    private static long? Bits(double? number) => number is { } value ? BitConverter.DoubleToInt64Bits(value) : null;
}
