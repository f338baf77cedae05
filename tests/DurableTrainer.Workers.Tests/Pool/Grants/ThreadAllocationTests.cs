using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool.Grants;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Workers.Tests.Pool.Grants;

public class ThreadAllocationTests
{
    private static readonly Promise Good = new(0.8, 0), Better = new(0.9, 0), Best = new(0.9, 1);

    public static TheoryData<int, int, Promise?[], int[]> Cases => new()
    {
        { 2, 1, [Good, Best], [1, 1] },
        { 2, 1, [Good], [2] },
        { 4, 2, [Good, Best], [2, 2] },
        { 8, 4, [Good, Best], [3, 5] },
        { 8, 2, [Good, Best, Better], [2, 4, 2] },
        { 8, 4, [Good, Good], [5, 3] },
        { 8, 2, [null, Good, null], [2, 4, 2] },
        { 8, 2, [null, null], [2, 2] },
        { 2, 1, [Good, Best, null, Better], [1, 1, 1, 1] },
        { 1, 1, [Best], [1] },
        { 4, 4, [], [] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_most_promising_get_half_of_what_is_free_and_those_that_promise_nothing_an_even_share(
        int units, int evenShare, Promise?[] promises, int[] threads) =>
        Assert.Equal(threads, ThreadAllocation.Of(units, evenShare, promises));

    [Fact]
    public void Nobody_starves_nothing_is_promised_twice_and_more_promise_never_means_fewer_threads() =>
        Prop.ForAll(Machines(), machine =>
        {
            var (units, workers, promises) = machine;
            var evenShare = Math.Max(1, units / workers);
            var threads = ThreadAllocation.Of(units, evenShare, promises);

            var promising = promises.Zip(threads).Where(slice => slice.First is not null).Select(slice => (slice.First!.Value, Threads: slice.Second)).ToList();
            Assert.All(threads, count => Assert.True(count >= 1));
            Assert.True(threads.Sum() <= Math.Max(units, promises.Length));
            Assert.All(promises.Zip(threads).Where(slice => slice.First is null), slice => Assert.True(slice.Second <= evenShare));
            Assert.True(promising.Count == 0 || threads.Sum() == Math.Max(units, promises.Length));
            foreach (var (more, less) in promising.SelectMany(more => promising.Select(less => (more, less))))
            {
                if ((more.Value.Rank, more.Value.Gain).CompareTo((less.Value.Rank, less.Value.Gain)) > 0)
                    Assert.True(more.Threads >= less.Threads);
            }
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<(int Units, int Workers, Promise?[] Promises)> Machines()
    {
        var promise = from rank in Gen.Choose(0, 4) from gain in Gen.Choose(0, 3) select (Promise?)new Promise(rank / 4.0, gain);
        return (from units in Gen.Choose(1, 64)
                from workers in Gen.Choose(1, 20)
                from slices in Gen.Choose(0, workers)
                from promises in Gen.Frequency((1, Gen.Constant((Promise?)null)), (3, promise)).ArrayOf(slices)
                select (units, workers, promises)).ToArbitrary();
    }
}
