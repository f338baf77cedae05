using System.Text;
using DurableTrainer.Engine.Entities;
using DurableTrainer.Engine.Records;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Engine.Tests.Entities;

public class StateDeltaTests
{
    [Fact]
    public void A_change_leads_from_any_state_to_any_other()
    {
        // Few different characters, of one to four bytes, so that states have much in common and ends that fall inside characters.
        var text = Gen.Elements("a", "b", "é", "è", "€", "₭", "😀", "😁", "\"", "\\").ListOf().Select(parts => string.Concat(parts));
        var pairs = text.Two().ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(pairs, pair =>
        {
            var (before, after) = (Encoding.UTF8.GetBytes(pair.Item1), Encoding.UTF8.GetBytes(pair.Item2));
            return StateDelta.Apply(before, StateDelta.Between(before, after))!.SequenceEqual(after);
        }));
    }

    [Fact]
    public void A_small_change_of_a_large_state_is_small()
    {
        var before = Encoding.UTF8.GetBytes("{\"trials\":[" + string.Join(',', Enumerable.Range(0, 100_000)) + "],\"best\":17}");
        var after = Encoding.UTF8.GetBytes("{\"trials\":[" + string.Join(',', Enumerable.Range(0, 100_001)) + "],\"best\":18}");

        var change = StateDelta.Between(before, after);

        Assert.InRange(change.Middle!.Length, 1, 30);
        Assert.Equal(after, StateDelta.Apply(before, change));
    }

    [Fact]
    public void States_begin_and_end()
    {
        var state = Encoding.UTF8.GetBytes("{}");

        Assert.Equal(state, StateDelta.Apply(null, StateDelta.Between(null, state)));
        Assert.Null(StateDelta.Apply(state, StateDelta.Between(state, null)));
    }

    [Fact]
    public void A_change_is_not_applied_to_another_state_than_its_own()
    {
        var change = StateDelta.Between(Encoding.UTF8.GetBytes("{\"a\":1}"), Encoding.UTF8.GetBytes("{\"a\":2}"));

        Assert.Throws<InvalidDataException>(() => StateDelta.Apply(Encoding.UTF8.GetBytes("{\"b\":1}"), change));
        Assert.Throws<InvalidDataException>(() => StateDelta.Apply([], new StateChange(1, 1, "", 0)));
    }
}
