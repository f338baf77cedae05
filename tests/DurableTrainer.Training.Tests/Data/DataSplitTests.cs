using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public class DataSplitTests
{
    [Fact]
    public void Every_split_is_a_partition_of_the_sizes_that_were_asked_for()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new KeyedRandom(seed, "split test");
            var count = 10 + random.NextInt32(1000);
            var spec = new SplitSpec { Validation = 0.001 + 0.5 * random.NextDouble(), Test = random.NextInt32(2) * 0.3 * random.NextDouble() };

            var split = DataSplit.Of(count, spec, seed);

            Assert.True(split.Train.Concat(split.Validation).Concat(split.Test).Order().SequenceEqual(Enumerable.Range(0, count)), $"seed {seed}: partition");
            Assert.True(split.Validation.Length >= 1 && Math.Abs(split.Validation.Length - count * spec.Validation) <= 1, $"seed {seed}: validation");
            Assert.True(Math.Abs(split.Test.Length - count * spec.Test) <= 1 && split.Test.Length > 0 == spec.Test > 0, $"seed {seed}: test");
            Assert.True(split.Train.Length >= 1, $"seed {seed}: train");
        }
    }

    [Fact]
    public void The_same_arguments_give_the_same_split_and_another_seed_another()
    {
        var spec = new SplitSpec { Validation = 0.2, Test = 0.1 };

        var first = DataSplit.Of(100, spec, 42);
        _ = DataSplit.Of(50, spec, 42);
        var again = DataSplit.Of(100, spec with { }, 42);

        Assert.Equal(first.Train, again.Train);
        Assert.Equal(first.Validation, again.Validation);
        Assert.Equal(first.Test, again.Test);
        Assert.NotEqual(first.Validation, DataSplit.Of(100, spec, 43).Validation);
    }

    [Fact]
    public void The_split_of_a_seed_never_changes() =>
        Assert.Equal("1 6|3", $"{string.Join(' ', DataSplit.Of(10, new SplitSpec { Validation = 0.2, Test = 0.1 }, 42).Validation)}|{DataSplit.Of(10, new SplitSpec { Validation = 0.2, Test = 0.1 }, 42).Test[0]}");

    [Fact]
    public void The_test_samples_stay_when_more_is_validated_on() =>
        Assert.Equal(DataSplit.Of(100, new SplitSpec { Validation = 0.2, Test = 0.1 }, 42).Test, DataSplit.Of(100, new SplitSpec { Validation = 0.5, Test = 0.1 }, 42).Test);

    [Fact]
    public void Too_few_samples_for_every_part_are_refused()
    {
        Assert.Equal([1, 1, 1], Sizes(DataSplit.Of(3, new SplitSpec { Validation = 0.1, Test = 0.1 }, 1)));

        var e = Assert.Throws<DataException>(() => DataSplit.Of(2, new SplitSpec { Validation = 0.1, Test = 0.1 }, 1));
        Assert.StartsWith("2 samples are too few for a split of 0.1 validation and 0.1 test", e.Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => DataSplit.Of(100, new SplitSpec { Validation = 0.6, Test = 0.4 }, 1));
        Assert.Throws<DataException>(() => DataSplit.Of(0, new SplitSpec(), 1));

        static int[] Sizes(DataSplit split) => [split.Train.Length, split.Validation.Length, split.Test.Length];
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_that_is_none_is_refused(double share) =>
        Assert.Throws<DataException>(() => DataSplit.Of(100, new SplitSpec { Validation = share }, 1));

    [Fact]
    public void Each_epoch_has_an_order_of_its_own_that_its_key_determines()
    {
        int[] samples = [.. Enumerable.Range(100, 50)];

        var order = EpochOrder.Of(samples, 42, 3, 1);

        Assert.Equal(samples, order.Order());
        Assert.Equal(Enumerable.Range(100, 50), samples);
        Assert.Equal(order, EpochOrder.Of(samples, 42, 3, 1));
        Assert.NotEqual(order, EpochOrder.Of(samples, 42, 3, 2));
        Assert.NotEqual(order, EpochOrder.Of(samples, 42, 4, 1));
        Assert.NotEqual(order, EpochOrder.Of(samples, 43, 3, 1));
    }
}
