using DurableTrainer.Bench.Input;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Bench.Tests.Input;

public class InputBenchmarkTests
{
    [Fact]
    public async Task Every_kind_of_source_gets_a_line_with_the_tuner_the_grid_and_their_ratio()
    {
        var run = await BenchRun.OfAsync("input", "--quick", "--kind", "cpu-bound");

        Assert.Equal(0, run.Status);
        var line = Assert.Single(run.Lines);
        Assert.Equal(("input", "cpu-bound"), ((string?)line["bench"], (string?)line["kind"]));
        Assert.True((double)line["automatic"]! > 0 && (double)line["bestStatic"]! > 0);
        // All three are rounded.
        Assert.Equal((double)line["automatic"]! / (double)line["bestStatic"]!, (double)line["ratio"]!, tolerance: 0.01);
        Assert.Equal((double)line["bestStatic"]!, line["grid"]!.AsObject().Max(setting => (double)setting.Value!));
        Assert.Equal(["1", "2", "3", "4"], line["grid"]!.AsObject().Select(setting => setting.Key));
        Assert.Contains("cpu-bound: the tuner, and 1, 2, 3, 4 workers", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_are_slower_than_training_in_their_own_way()
    {
        ReadingCost Cost(string kind) => InputSetting.All.Single(setting => setting.Kind == kind).Data(0.0005).ReadingCost!;

        Assert.Equal(new ReadingCost(TimeSpan.FromMilliseconds(1), TimeSpan.Zero), Cost("cpu-bound"));
        Assert.Equal(TimeSpan.FromMilliseconds(6), Cost("latency-bound").Latency);
    }
}
