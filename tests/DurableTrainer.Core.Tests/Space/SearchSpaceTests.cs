using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Core.Tests.Space;

public class SearchSpaceTests
{
    private static readonly SearchSpace Deep = new(
        [
            // Children first: the order of the file does not matter.
            new IntParameter { Name = "warmup", Min = 1, Max = 3, When = When("schedule", "cosine") },
            new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adamw", "none"] },
            new ChoiceParameter { Name = "schedule", Values = ["constant", "cosine"], When = When("momentum", 0.9, 0.99) },
            new OrdinalParameter { Name = "momentum", Values = [0, 0.9, 0.99], When = When("optimizer", "sgd") },
            new ChoiceParameter { Name = "nesterov", Values = [true, false], When = When("optimizer", "sgd", "adamw") },
        ],
        []);

    [Fact]
    public void Conditions_hold_to_any_depth()
    {
        Assert.Equal("warmup=3 optimizer=sgd schedule=cosine momentum=0.99 nesterov=true", Deep.Decode([0.9, 0.1, 0.9, 0.9, 0.1]).ToString());
        Assert.Equal("optimizer=sgd schedule=constant momentum=0.9 nesterov=true", Deep.Decode([0.9, 0.1, 0.1, 0.5, 0.1]).ToString());
        Assert.Equal("optimizer=sgd momentum=0 nesterov=false", Deep.Decode([0.9, 0.1, 0.9, 0.1, 0.9]).ToString());
        Assert.Equal("optimizer=adamw nesterov=true", Deep.Decode([0.9, 0.5, 0.9, 0.9, 0.1]).ToString());
        Assert.Equal("optimizer=none", Deep.Decode([0.9, 0.9, 0.9, 0.9, 0.1]).ToString());
    }

    [Fact]
    public void Inactive_parameters_have_no_coordinate()
    {
        var unit = new double[5];
        Deep.Encode(Deep.Decode([0.9, 0.5, 0.9, 0.9, 0.1]), unit);

        Assert.Equal([double.NaN, 0.5, double.NaN, double.NaN, 0.25], unit);
    }

    [Fact]
    public void A_conditional_space_counts_what_it_lists()
    {
        var points = Deep.Enumerate().ToList();

        // sgd: (1 + 2 · (1 + 3)) · 2; adamw: 2; none: 1.
        Assert.Equal(21, points.Count);
        Assert.Equal(21, Deep.Cardinality);
        Assert.Equal(21, points.Distinct().Count());
        Assert.All(points, point => Assert.Empty(Deep.Problems(point)));
    }

    [Fact]
    public void Points_are_listed_with_the_last_parameter_changing_first()
    {
        var space = new SearchSpace([new IntParameter { Name = "a", Min = 1, Max = 2 }, new ChoiceParameter { Name = "b", Values = ["x", "y"] }], []);

        Assert.Equal(["a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y"], space.Enumerate().Select(point => point.ToString()));
    }

    [Fact]
    public void Any_conditional_space_is_counted_decoded_and_listed_alike() =>
        Prop.ForAll(Spaces.ToArbitrary(), space =>
        {
            var points = space.Enumerate().ToHashSet();
            var random = new KeyedRandom(1, "any");
            var unit = new double[space.Parameters.Count];
            for (var i = 0; i < 50; i++)
            {
                for (var j = 0; j < unit.Length; j++)
                    unit[j] = random.NextDouble();
                var point = space.Decode(unit);
                space.Encode(point, unit);
                if (!points.Contains(point) || !space.Decode(unit).Equals(point) || space.Problems(point).Count > 0)
                    return false;
            }

            return points.Count == space.Cardinality;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Independent_switches_are_counted_without_being_tried()
    {
        var parameters = Enumerable.Range(0, 50).SelectMany(i => (Parameter[])
            [
                new ChoiceParameter { Name = $"switch{i}", Values = [true, false] },
                new IntParameter { Name = $"value{i}", Min = 1, Max = 9, When = When($"switch{i}", true) },
            ]);

        Assert.Equal(1e50, new SearchSpace([.. parameters], []).Cardinality, 1e38);
    }

    [Fact]
    public void A_continuous_parameter_makes_the_space_infinite_where_it_can_be_active()
    {
        var space = new SearchSpace([new ChoiceParameter { Name = "o", Values = ["a", "b"] }, new FloatParameter { Name = "x", Min = 0, Max = 1, When = When("o", "a") }], []);

        Assert.Equal(double.PositiveInfinity, space.Cardinality);
        Assert.Throws<InvalidOperationException>(() => space.Enumerate().Count());
    }

    [Fact]
    public void Constraints_bound_what_is_listed()
    {
        var space = new SearchSpace([new IntParameter { Name = "a", Min = 1, Max = 4 }, new IntParameter { Name = "b", Min = 1, Max = 4 }], ["a * b <= 4"]);

        Assert.Equal(16, space.Cardinality);
        Assert.Equal(8, space.Enumerate().Count());
        Assert.False(space.Satisfies(new Point([new("a", 3), new("b", 3)])));
    }

    [Fact]
    public void A_first_point_keeps_its_values_and_gets_the_rest()
    {
        var half = new[] { 0.5, 0.9, 0.1, 0.5, 0.1 };

        Assert.Equal("optimizer=adamw nesterov=false", Deep.Complete(new Point([new("optimizer", "adamw"), new("nesterov", false)]), half).ToString());
    }

    [Fact]
    public void A_first_point_brings_about_the_conditions_of_its_values() =>
        Assert.Equal(
            "warmup=2 optimizer=sgd schedule=cosine momentum=0.99 nesterov=true",
            Deep.Complete(new Point([new("warmup", 2)]), [0.5, 0.9, 0.1, 0.5, 0.1]).ToString());

    [Fact]
    public void What_keeps_a_point_from_being_complete_is_said()
    {
        var space = new SearchSpace([.. Deep.Parameters, new IntParameter { Name = "width", Min = 8, Max = 64, Step = 8 }], ["width < 64"]);

        Assert.Equal(
            ["'momentum' has a value but is not active: it is only when 'optimizer' is sgd", "unknown parameter 'widht'; did you mean 'width'?", "'nesterov' has no value, must be one of true, false", "'width' has no value, must be a whole number from 8 to 64 in steps of 8"],
            space.Problems(new Point([new("optimizer", "adamw"), new("momentum", 0.9), new("widht", 8)])));
        Assert.Equal(["'width' is 9, must be a whole number from 8 to 64 in steps of 8"], space.Problems(new Point([new("optimizer", "none"), new("width", 9)])));
        Assert.Equal(["breaks the constraint width < 64"], space.Problems(new Point([new("optimizer", "none"), new("width", 64)])));
        Assert.Empty(space.Problems(new Point([new("optimizer", "none"), new("width", 8)])));
    }

    [Fact]
    public void Conditions_that_lead_in_a_circle_are_refused() =>
        Assert.Throws<ArgumentException>(() => new SearchSpace(
            [new ChoiceParameter { Name = "a", Values = [1, 2], When = When("b", 1) }, new ChoiceParameter { Name = "b", Values = [1, 2], When = When("a", 1) }], []));

    /// <summary>Up to six parameters, each on conditions of up to two before it.</summary>
    private static Gen<SearchSpace> Spaces =>
        from count in Gen.Choose(1, 6)
        from sizes in Gen.Choose(1, 4).ArrayOf(count)
        from firsts in Gen.Choose(-3, 5).ArrayOf(count)
        from seconds in Gen.Choose(-5, 5).ArrayOf(count)
        select new SearchSpace([.. Enumerable.Range(0, count).Select(i => MakeParameter(i, sizes, firsts[i], seconds[i]))], []);

    private static IntParameter MakeParameter(int i, int[] sizes, int first, int second)
    {
        var when = new Dictionary<string, IReadOnlyList<ParameterValue>>();
        foreach (var parent in new[] { first, second }.Where(parent => parent >= 0 && parent < i))
            when[$"p{parent}"] = [0, .. Enumerable.Range(2, Math.Max(0, sizes[parent] - 2)).Select(value => (ParameterValue)value)];
        return new IntParameter { Name = $"p{i}", Min = 0, Max = sizes[i] - 1, When = when.Count == 0 ? null : when };
    }

    private static Dictionary<string, IReadOnlyList<ParameterValue>> When(string name, params ParameterValue[] values) => new() { [name] = values };
}
