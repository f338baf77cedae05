using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Tests.Spec;

public class ObjectivesTests
{
    private static readonly ObjectiveSpec Accuracy = new() { Metric = "validation.accuracy", Target = 0.9 };
    private static readonly ObjectiveSpec Flops = new() { Metric = "model.flops" };

    [Theory]
    [InlineData(0.9, 10, 0.8, 1, true)]
    [InlineData(0.9, 10, 0.9, 20, true)]
    [InlineData(0.9, 10, 0.9, 10, false)]
    [InlineData(0.8, 1, 0.9, 10, false)]
    [InlineData(double.NaN, 1, 0.9, 10, false)]
    [InlineData(0.1, 10, double.NaN, 1, true)]
    public void The_first_objective_that_differs_decides(double accuracy, double flops, double otherAccuracy, double otherFlops, bool isBetter) =>
        Assert.Equal(isBetter, Objectives.IsBetter([Accuracy, Flops], [accuracy, flops], [otherAccuracy, otherFlops]));

    [Fact]
    public void Targets_are_reached_when_all_that_there_are_are()
    {
        Assert.True(Objectives.AreReached([Accuracy, Flops], [0.95, 1e9]));
        Assert.False(Objectives.AreReached([Accuracy, Flops with { Target = 100 }], [0.95, 101]));
        Assert.False(Objectives.AreReached([Flops], [0]));
    }

    [Fact]
    public void What_reached_the_targets_is_told_without_objectives_that_have_none()
    {
        Assert.Equal("target met: validation.accuracy reached 0.9512", Objectives.TargetMet([Accuracy, Flops], [0.95123, 1e9]));
        Assert.Equal(
            "target met: validation.accuracy reached 0.9, model.flops reached 100",
            Objectives.TargetMet([Accuracy, Flops with { Target = 100 }], [0.9, 100]));
        Assert.Null(Objectives.TargetMet([Accuracy, Flops with { Target = 100 }], [0.95, 101]));
        Assert.Null(Objectives.TargetMet([Flops], [0]));
    }

    [Fact]
    public void Values_are_told_by_metric_where_there_are_several()
    {
        Assert.Null(Objectives.ByMetric([Accuracy], [0.5]));
        Assert.Equal(new Dictionary<string, double> { ["model.flops"] = 7 }, Objectives.ByMetric([Accuracy, Flops], [double.NaN, 7]));
        Assert.Equal([double.NaN, 7], Objectives.ValuesIn([Accuracy, Flops], new Dictionary<string, double> { ["model.flops"] = 7 }));
    }

    [Fact]
    public void Sizes_are_to_be_small() => Assert.Equal(Goal.Minimize, Flops.Goal);
}
