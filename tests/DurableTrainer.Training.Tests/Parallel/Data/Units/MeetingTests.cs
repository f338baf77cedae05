using DurableTrainer.Training.Parallel.Data.Units;

namespace DurableTrainer.Training.Tests.Parallel.Data.Units;

public class MeetingTests
{
    [Fact]
    public async Task Everyone_gets_what_all_brought_in_their_order_round_after_round()
    {
        const int Units = 3, Rounds = 200;
        var meeting = new Meeting();
        meeting.Open(Units);

        var found = await Task.WhenAll(Enumerable.Range(0, Units).Select(place => Task.Run(() =>
            Enumerable.Range(0, Rounds).Select(round => meeting.Bring(place, [round, place], TimeSpan.FromTicks(10 * round + place))).ToList())));

        Assert.All(found, rounds => Assert.All(rounds.Index(), one =>
        {
            Assert.Equal(Enumerable.Range(0, Units).Select(place => new double[] { one.Index, place }), one.Item.Parts);
            Assert.Equal(10 * one.Index + Units - 1, one.Item.Latest.Ticks);
        }));
    }

    [Fact]
    public async Task Nobody_waits_for_one_that_does_not_come()
    {
        var meeting = new Meeting();
        meeting.Open(2);
        var waiting = Task.Run(() => meeting.Bring(0, [1], TimeSpan.Zero));

        meeting.Break();

        await Assert.ThrowsAsync<MeetingBrokenException>(() => waiting);
        Assert.Throws<MeetingBrokenException>(() => meeting.Bring(1, [1], TimeSpan.Zero));
        meeting.Open(1);
        Assert.Equal([[2.0]], meeting.Bring(0, [2], TimeSpan.Zero).Parts);
    }
}
