using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Adaptation;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Tests.Adaptation;

public class PerturbationTests
{
    private static readonly SearchSettings Settings = new()
    {
        Seed = 5,
        Objectives = [Search.Loss],
        Space =
        [
            new FloatParameter { Name = "rate", Min = 1e-3, Max = 1, Scale = ParameterScale.Log, Adjustable = true },
            new FloatParameter { Name = "share", Min = -0.5, Max = 0.5, Step = 0.25, Adjustable = true },
            new IntParameter { Name = "batch", Min = 1, Max = 100, Step = 3, Adjustable = true },
            new OrdinalParameter { Name = "crop", Values = ["small", "middle", "large"], Adjustable = true },
            new ChoiceParameter { Name = "flip", Values = [true, false], Adjustable = true },
            new IntParameter { Name = "width", Min = 8, Max = 64, Step = 8 },
            new FloatParameter
            {
                Name = "momentum", Min = 0, Max = 0.9, Adjustable = true,
                When = new Dictionary<string, IReadOnlyList<ParameterValue>> { ["width"] = [8] },
            },
        ],
        Adaptation = new AdaptationSpec(),
        Epochs = 9,
    };

    private static readonly SearchSpace Space = new(Settings.Space, []);

    [Fact]
    public void A_number_becomes_a_fifth_larger_or_smaller_and_is_drawn_anew_a_quarter_of_the_time()
    {
        var rates = Explored("rate", At(rate: 0.1)).Select(value => value.Number).ToList();

        Assert.Equal([0.08, 0.12], rates.Where(rate => rates.Count(other => other == rate) > 100).Distinct().Order());
        Assert.InRange(rates.Count(rate => rate is not (0.08 or 0.12)), 200, 300);
        Assert.All(rates, rate => Assert.InRange(rate, 0.001, 1));
    }

    [Fact]
    public void Whole_numbers_and_steps_move_at_least_one_step_and_turn_round_at_bounds()
    {
        Assert.Equal([4, 10], Usual("batch", At(batch: 7)));
        Assert.Equal([49, 73], Usual("batch", At(batch: 61)));
        Assert.Equal([79], Usual("batch", At(batch: 100)));
        Assert.Equal([4], Usual("batch", At(batch: 1)));
        Assert.Equal([-0.25, 0.25], Usual("share", At(share: 0)));
        Assert.Equal([0.25], Usual("share", At(share: 0.5)));
        Assert.Equal([0.8], Usual("rate", At(rate: 1)));
    }

    [Fact]
    public void An_ordered_value_moves_one_place_and_one_without_order_stays_or_is_drawn_anew()
    {
        Assert.InRange(Explored("crop", At(crop: "small")).Count(value => value == "middle"), 750, 900);
        Assert.InRange(Explored("crop", At(crop: "middle")).Count(value => value == "middle"), 50, 120);
        Assert.InRange(Explored("flip", At()).Count(value => value == false), 90, 160);
    }

    [Fact]
    public void What_is_not_adjustable_or_not_active_stays_so()
    {
        var points = Enumerable.Range(0, 100).Select(trial => Explore(Settings, trial, At())).ToList();

        Assert.All(points, point => Assert.Equal((64, false), (point["width"].Number, point.Contains("momentum"))));
        Assert.All(points, point => Assert.Empty(Space.Problems(point)));
    }

    [Fact]
    public void Constraints_are_kept_and_where_no_change_keeps_them_nothing_changes()
    {
        Assert.All(Enumerable.Range(0, 200), trial => Assert.True(Explore(Settings with { Constraints = ["rate <= 0.1"] }, trial, At(rate: 0.1))["rate"].Number <= 0.1));
        Assert.Equal(At(), Explore(Settings with { Constraints = ["batch == 7 and rate == 0.1"] }, 1, At()));
    }

    /// <summary>The values that come of changes, those of new draws, which are rare, left out.</summary>
    private static IEnumerable<double> Usual(string name, Point point) =>
        Explored(name, point).Select(value => value.Number).GroupBy(value => value).Where(value => value.Count() > 200).Select(value => value.Key).Order();

    private static List<ParameterValue> Explored(string name, Point point) => [.. Enumerable.Range(0, 1000).Select(trial => Explore(Settings, trial, point)[name])];

    private static Point Explore(SearchSettings settings, int trial, Point point) =>
        new Perturbation(settings, new UnitSpace(settings)).Explore(new Tuner(settings).Start(), trial, new Milestone(0, 3), point);

    private static Point At(double rate = 0.1, double share = 0, double batch = 7, string crop = "small") => new(
        [new("rate", rate), new("share", share), new("batch", batch), new("crop", crop), new("flip", true), new("width", 64)]);
}
