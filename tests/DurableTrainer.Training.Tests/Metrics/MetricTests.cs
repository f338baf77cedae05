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

        var metrics = Written(sum, "train");
        Assert.Equal(["train.accuracy", "train.f1", "train.loss", "train.perplexity"], metrics.Keys.Order());
        Assert.Equal((1, 2 / 3.0, Math.E), (metrics["train.loss"], metrics["train.accuracy"], metrics["train.perplexity"]));
    }

    [Fact]
    public void F1_is_the_mean_over_the_classes_that_occur()
    {
        var sum = MetricSum.Of(new CrossEntropySpec());

        // Predictions 0, 0, 1, 1 for labels 0, 1, 1, 2; of four classes the last is neither predicted nor a label.
        sum.Add([9, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0], [0, 1, 1, 2], lossSum: 1);

        // As sklearn.metrics.f1_score([0, 1, 1, 2], [0, 0, 1, 1], average="macro").
        Assert.Equal((2 / 3.0 + 1 / 2.0 + 0) / 3, Written(sum, "x")["x.f1"], 1e-15);
    }

    [Fact]
    public void The_top_k_counts_labels_among_the_k_largest_logits_and_of_equal_ones_the_first()
    {
        var spec = new CrossEntropySpec { TopK = 2 };
        var sum = MetricSum.Of(spec);

        sum.Add([3, 2, 1, 1, 2, 3, 5, 5, 5, 5, 5, 5, 1, 2, 3], [1, 0, 1, 2, 2], lossSum: 1);

        Assert.Equal(3 / 5.0, Written(sum, "x")["x.top2Accuracy"]);
        Assert.Equal(spec.Metrics.Select(name => "x." + name).Order(), Written(sum, "x").Keys.Order());
    }

    [Fact]
    public void Ignored_labels_count_in_no_metric()
    {
        var (all, some) = (MetricSum.Of(new CrossEntropySpec()), MetricSum.Of(new CrossEntropySpec { IgnoreIndex = -100, TopK = 2 }));

        all.Add([1, 2, 3, 3, 2, 3], [2, 0], lossSum: 3);
        some.Add([1, 2, 3, 9, 9, 9, 3, 2, 3], [2, -100, 0], lossSum: 3);
        some.Add([1, 2, 3], [-100], lossSum: 0);

        foreach (var (name, value) in Written(all, "x"))
            Assert.Equal(value, Written(some, "x")[name]);
    }

    [Fact]
    public void A_perplexity_beyond_all_numbers_is_the_largest()
    {
        var sum = MetricSum.Of(new CrossEntropySpec());

        sum.Add([0, 0], [1], lossSum: 5000);

        Assert.Equal(double.MaxValue, Written(sum, "x")["x.perplexity"]);
    }

    [Fact]
    public void A_logit_above_zero_says_yes()
    {
        var sum = MetricSum.Of(new BinaryCrossEntropySpec(), targets: 2);

        sum.Add([1, -1, 0, 2, 0.1f, -3], [1, 0, 1, 0, 0.5f, 0.4f], lossSum: 3);

        // Yes of logits: 0, 3, 4; of targets: 0, 2, 4.
        Assert.Equal(
            new Dictionary<string, double> { ["x.loss"] = 0.5, ["x.accuracy"] = 4 / 6.0, ["x.f1"] = 4 / 6.0 },
            Written(sum, "x"));
    }

    [Fact]
    public void Where_nothing_says_yes_f1_is_zero()
    {
        var sum = MetricSum.Of(new BinaryCrossEntropySpec());

        sum.Add([-1], [0], lossSum: 1);

        Assert.Equal((1, 0), (Written(sum, "x")["x.accuracy"], Written(sum, "x")["x.f1"]));
    }

    [Fact]
    public void Several_targets_are_explained_one_by_one_and_then_averaged()
    {
        var (both, first, second) = (MetricSum.Of(new HuberSpec(), targets: 2), MetricSum.Of(new HuberSpec()), MetricSum.Of(new HuberSpec()));

        both.Add([1, 10, 3, 30, 0, 50], [1, 20, 2, 30, 3, 10], lossSum: 1);
        first.Add([1, 3, 0], [1, 2, 3], lossSum: 1);
        second.Add([10, 30, 50], [20, 30, 10], lossSum: 1);

        var (all, one, other) = (Written(both, "x"), Written(first, "x"), Written(second, "x"));
        Assert.Equal((one["x.r2"] + other["x.r2"]) / 2, all["x.r2"], 1e-12);
        Assert.Equal((one["x.mae"] + other["x.mae"]) / 2, all["x.mae"], 1e-12);
        Assert.Equal(Math.Sqrt((one["x.rmse"] * one["x.rmse"] + other["x.rmse"] * other["x.rmse"]) / 2), all["x.rmse"], 1e-12);
    }

    [Fact]
    public void Each_loss_says_what_it_reports()
    {
        foreach (var spec in (LossSpec[])[new CrossEntropySpec { TopK = 3 }, new BinaryCrossEntropySpec(), new MeanSquaredErrorSpec(), new HuberSpec()])
        {
            var sum = MetricSum.Of(spec);
            sum.Add(spec is CrossEntropySpec ? [1, 2, 3, 4] : [0.5f], [1], lossSum: 1);

            Assert.Equal(spec.Metrics.Select(name => "x." + name).Order(), Written(sum, "x").Keys.Order());
        }
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
        protected override int Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets) => targets.Length;

        protected override IEnumerable<(string Name, double Value)> Others(double meanLoss) =>
            [("ratio", double.NaN), ("plain", 1), ("rate", double.PositiveInfinity)];
    }

    private static Dictionary<string, double> Written(MetricSum sum, string prefix)
    {
        var metrics = new Dictionary<string, double>();
        sum.Write(prefix, metrics);
        return metrics;
    }
}
