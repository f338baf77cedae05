using DurableTrainer.Core.Training;
using DurableTrainer.Training.Metrics;

namespace DurableTrainer.Training.Tests.Metrics;

public class MetricTests
{
    [Fact]
    public void Accuracy_is_the_share_of_labels_with_the_largest_logit_and_of_equal_ones_the_first_counts()
    {
        var sum = MetricSum.Of(new CrossEntropySpec());

        sum.Add([1, 2, 3, 3, 2, 3], [2, 0], lossSum: 1);
        sum.Add([0, 0, 0], [1], lossSum: 2);

        Assert.Equal(new Dictionary<string, double> { ["train.loss"] = 1, ["train.accuracy"] = 2 / 3.0 }, Written(sum, "train"));
    }

    [Fact]
    public void Regression_reports_absolute_and_squared_errors_and_the_explained_share_of_the_variance()
    {
        var sum = MetricSum.Of(new MeanSquaredErrorSpec());

        sum.Add([1, 3], [1, 2], lossSum: 1);
        sum.Add([0], [3], lossSum: 9);

        var metrics = Written(sum, "validation");
        Assert.Equal(10 / 3.0, metrics["validation.loss"]);
        Assert.Equal(4 / 3.0, metrics["validation.mae"], 1e-15);
        Assert.Equal(Math.Sqrt(10 / 3.0), metrics["validation.rmse"], 1e-15);
        Assert.Equal(1 - 10 / 2.0, metrics["validation.r2"], 1e-12);
    }

    [Theory]
    [InlineData(0.1f, 0.1f, 1)]
    [InlineData(0.1f, 0.3f, 0)]
    public void Without_variance_to_explain_the_explained_share_is_all_for_exact_predictions_and_nothing_otherwise(
        float first, float second, double r2)
    {
        var sum = MetricSum.Of(new MeanSquaredErrorSpec());

        sum.Add([first, second, 0.1f], [0.1f, 0.1f, 0.1f], lossSum: 2);

        Assert.Equal(r2, Written(sum, "x")["x.r2"]);
    }

    [Fact]
    public void A_metric_that_cannot_be_computed_is_left_out_but_never_the_loss()
    {
        var sum = new Uncomputable();

        sum.Add([1], [1], double.NaN);

        Assert.Equal(["x.loss", "x.plain"], Written(sum, "x").Keys.Order());
    }

    [Fact]
    public void Without_samples_there_are_no_metrics() => Assert.Empty(Written(MetricSum.Of(new CrossEntropySpec()), "test"));

    private sealed class Uncomputable : MetricSum
    {
        protected override void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
        {
        }

        protected override IEnumerable<(string Name, double Value)> Others() =>
            [("ratio", double.NaN), ("plain", 1), ("rate", double.PositiveInfinity)];
    }

    private static Dictionary<string, double> Written(MetricSum sum, string prefix)
    {
        var metrics = new Dictionary<string, double>();
        sum.Write(prefix, metrics);
        return metrics;
    }
}
