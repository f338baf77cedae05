using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;

namespace DurableTrainer.Training.Tests.Parallel.Async;

public class StalenessScaleTests
{
    private static readonly int[] Window = [1, 10, 2, 3];

    public static TheoryData<AsyncParallelSpec, double?> Rules => new()
    {
        { new AsyncParallelSpec(), 1 / 4.0 },
        { new AsyncParallelSpec { Context = StalenessContext.Median }, 1 / 2.5 },
        { new AsyncParallelSpec { Context = StalenessContext.Quantile, Quantile = 0.75 }, 1 / 3.0 },
        { new AsyncParallelSpec { Context = StalenessContext.Quantile, Quantile = 0.76 }, 1 / 10.0 },
        { new AsyncParallelSpec { Context = StalenessContext.Quantile, Quantile = 0.01 }, 1 },
        { new AsyncParallelSpec { Context = StalenessContext.ExponentialAverage, Smoothing = 0.5 }, 1 / 3.375 },
        { new AsyncParallelSpec { Context = StalenessContext.Current }, null },
        { new AsyncParallelSpec { Context = StalenessContext.None }, 1 },
        { new AsyncParallelSpec { Context = StalenessContext.Constant, Factor = 0.3 }, 0.3 },
        { new AsyncParallelSpec { Context = StalenessContext.Synchronous }, 1 },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_rate_is_scaled_by_what_is_taken_from_the_window(AsyncParallelSpec spec, double? scale) =>
        Assert.Equal(scale ?? double.NaN, StalenessScale.Of(spec, Window) ?? double.NaN, 1e-12);

    [Fact]
    public void What_is_not_stale_is_not_scaled_up() => Assert.Equal(1, StalenessScale.Of(new AsyncParallelSpec(), [0, 0, 0]));

    [Fact]
    public void A_window_is_full_from_the_start_and_forgets_the_oldest()
    {
        var window = new StalenessWindow(3, learners: 8);
        Assert.Equal([7, 7, 7], window.Values);

        foreach (var staleness in (int[])[1, 2, 3, 4])
            window.Add(staleness);
        Assert.Equal([2, 3, 4], window.Values);

        window.Reseed(learners: 1);
        Assert.Equal([0, 0, 0], window.Values);
    }
}
