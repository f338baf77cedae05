using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Tuning.Tests.Insight;

public class CorrelationsTests
{
    private static readonly SearchSettings Settings = new()
    {
        Seed = 1,
        Objectives = [new ObjectiveSpec { Metric = "validation.accuracy", Goal = Goal.Maximize }],
        Space = Spaces.Tree,
        Epochs = 1,
    };

    [Fact]
    public void Every_parameter_is_held_against_every_resource_and_objective()
    {
        var report = Correlations.Of(Settings, Trials(60, point => point["width"].Number, point => -point["depth"].Number));

        Assert.Equal(60, report.Trials);
        Assert.Equal(4 * Settings.Space.Count, report.Pairs.Count);
        var memory = report.Pairs.Where(pair => pair.Resource == MeasuredResource.Memory).ToList();
        Assert.Equal(("width", 1.0, 60), (memory[0].Parameter, Math.Round(memory[0].Value!.Value, 9), memory[0].Trials));
        Assert.True(memory[0].CorrectedPValue < 1e-6 && memory[0].CorrectedPValue > memory[0].PValue);
        var accuracy = report.Pairs.Where(pair => pair.Metric == "validation.accuracy").ToList();
        Assert.Equal(("depth", -1.0), (accuracy[0].Parameter, Math.Round(accuracy[0].Value!.Value, 9)));
        Assert.Equal(CorrelationMeasure.CorrelationRatio, accuracy.Single(pair => pair.Parameter == "optimizer").Measure);
    }

    [Fact]
    public void A_conditional_parameter_counts_where_it_is_active()
    {
        var trials = Trials(60, point => point.TryGet("momentum", out var momentum) ? 1 + momentum.Number : 100, _ => 0);

        var pair = Correlations.Of(Settings, trials).Pairs.Single(pair => pair is { Resource: MeasuredResource.Memory, Parameter: "momentum" });

        Assert.InRange(pair.Trials, 4, 30);
        Assert.Equal(1, pair.Value!.Value, 9);
    }

    [Fact]
    public void What_nobody_measured_and_what_never_changes_has_no_number()
    {
        var trials = Trials(10, _ => 5, point => point["width"].Number).Select(trial => trial with { Usage = trial.Usage! with { WallClock = null } }).ToList();

        var pairs = Correlations.Of(Settings, trials).Pairs;

        Assert.All(pairs.Where(pair => pair.Resource is not null), pair => Assert.Equal((null, null, null), (pair.Value, pair.PValue, pair.CorrectedPValue)));
        Assert.All(pairs.Where(pair => pair.Resource == MeasuredResource.WallClock), pair => Assert.Equal(0, pair.Trials));
        Assert.DoesNotContain(Correlations.Of(Settings, []).Pairs, pair => pair.Value is not null);
    }

    [Fact]
    public void What_failed_counts_with_what_it_used_and_not_with_what_it_reached()
    {
        var trials = Trials(12, point => point["width"].Number, _ => 1).Select((trial, i) => i < 6 ? trial with { Status = TrialStatus.Failed } : trial).ToList();

        var pairs = Correlations.Of(Settings, trials).Pairs.Where(pair => pair.Parameter == "width").ToList();

        Assert.Equal(12, pairs.Single(pair => pair.Resource == MeasuredResource.Memory).Trials);
        Assert.Equal(6, pairs.Single(pair => pair.Metric is not null).Trials);
    }

    private static List<TrialRecord> Trials(int count, Func<Point, double> usage, Func<Point, double> value)
    {
        var (space, random) = (new SearchSpace(Settings.Space, []), new KeyedRandom(3, "correlations"));
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var point = space.Decode([.. Settings.Space.Select(_ => random.NextDouble())]);
            var used = usage(point);
            return TrialRecord.Of(space, point, "random") with
            {
                Status = TrialStatus.Completed,
                Objectives = [value(point)],
                Usage = new TrialUsage { MemoryBytes = used, CpuTime = used, WallClock = used },
            };
        })];
    }
}
