using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Core.Tests.Space;

public class ParameterTests
{
    private static readonly Gen<double> Units = Gen.Choose(0, int.MaxValue - 1).Select(number => number / (double)int.MaxValue);

    private static readonly Gen<Parameter> Kinds = Gen.OneOf(
        from min in Gen.Choose(-1000, 1000)
        from range in Gen.Choose(1, 5000)
        select (Parameter)new FloatParameter { Name = "x", Min = min / 7.0, Max = (min + range) / 7.0 },
        from min in Gen.Choose(1, 1000)
        from range in Gen.Choose(1, 100_000)
        select (Parameter)new FloatParameter { Name = "x", Min = min * 1e-5, Max = (min + range) * 1e-5, Scale = ParameterScale.Log },
        from min in Gen.Choose(1, 500)
        from steps in Gen.Choose(1, 500)
        from step in Gen.Choose(1, 50)
        from scale in Gen.Elements(ParameterScale.Linear, ParameterScale.Log)
        select (Parameter)new FloatParameter { Name = "x", Min = min / 10.0, Max = (min + steps * step) / 10.0, Step = step / 10.0, Scale = scale },
        from min in Gen.Choose(-1000, 1000)
        from range in Gen.Choose(1, 5000)
        from step in Gen.Choose(1, 50)
        select (Parameter)new IntParameter { Name = "x", Min = min, Max = min + range, Step = Math.Min(step, range) },
        from min in Gen.Choose(1, 1000)
        from range in Gen.Choose(1, 5000)
        from step in Gen.Choose(1, 50)
        select (Parameter)new IntParameter { Name = "x", Min = min, Max = min + range, Step = Math.Min(step, range), Scale = ParameterScale.Log },
        from count in Gen.Choose(1, 9)
        select (Parameter)new OrdinalParameter { Name = "x", Values = [.. Enumerable.Range(0, count).Select(i => (ParameterValue)(1 << i))] },
        Gen.Constant<Parameter>(new ChoiceParameter { Name = "x", Values = ["sgd", true, 3, "3"] }));

    [Fact]
    public void Every_coordinate_decodes_to_an_allowed_value_that_encodes_back_to_it() =>
        Prop.ForAll(Kinds.ToArbitrary(), Units.ToArbitrary(), (parameter, unit) =>
        {
            var value = parameter.Decode(unit);
            var again = parameter.Decode(parameter.Encode(value));
            return parameter.Allows(value)
                && (double.IsInfinity(parameter.Cardinality) ? Math.Abs(again.Number - value.Number) <= 1e-9 * Math.Max(1, Math.Abs(value.Number)) : again == value);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void All_values_of_a_discrete_parameter_are_allowed_distinct_and_come_back() =>
        Prop.ForAll(Kinds.Where(parameter => parameter.Cardinality < 1000).ToArbitrary(), parameter =>
        {
            var values = parameter.AllValues().ToList();
            return values.Count == parameter.Cardinality
                && values.Distinct().Count() == values.Count
                && values.TrueForAll(value => parameter.Allows(value) && parameter.Decode(parameter.Encode(value)) == value);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Linear_and_listed_values_are_equally_likely()
    {
        Parameter[] parameters =
        [
            new IntParameter { Name = "x", Min = 8, Max = 64, Step = 8 },
            new FloatParameter { Name = "x", Min = 0.1, Max = 0.8, Step = 0.1 },
            new OrdinalParameter { Name = "x", Values = [1, 2, 4, 8, 16, 32, 64, 128] },
            new ChoiceParameter { Name = "x", Values = ["a", "b", "c", "d", "e", "f", "g", "h"] },
        ];
        foreach (var parameter in parameters)
        {
            var random = new KeyedRandom(1, "even");
            var counts = Enumerable.Range(0, 80_000).Select(_ => parameter.Decode(random.NextDouble())).CountBy(value => value).ToDictionary();
            Assert.Equal(parameter.AllValues().ToHashSet(), counts.Keys.ToHashSet());
            Assert.All(counts.Values, count => Assert.InRange(count, 9_600, 10_400));
        }
    }

    [Fact]
    public void On_a_logarithmic_scale_each_doubling_is_equally_likely()
    {
        var parameter = new FloatParameter { Name = "x", Min = 1, Max = 1024, Scale = ParameterScale.Log };
        var random = new KeyedRandom(1, "log");
        var counts = Enumerable.Range(0, 50_000).Select(_ => (int)Math.Log2(parameter.Decode(random.NextDouble()).Number)).CountBy(power => power).ToList();

        Assert.Equal(10, counts.Count);
        Assert.All(counts, pair => Assert.InRange(pair.Value, 4_700, 5_300));
    }

    [Fact]
    public void Steps_give_the_numbers_that_the_user_means()
    {
        var parameter = new FloatParameter { Name = "x", Min = 0.1, Max = 0.75, Step = 0.1 };

        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], parameter.AllValues().Select(value => value.Number));
        Assert.True(parameter.Allows(0.3));
        Assert.False(parameter.Allows(0.35));
        Assert.False(parameter.Allows(0.8));
        Assert.False(parameter.Allows("0.3"));
    }

    [Fact]
    public void Tiny_steps_keep_their_digits() =>
        Assert.Equal([1e-14, 2e-14, 3e-14], new FloatParameter { Name = "x", Min = 1e-14, Max = 3e-14, Step = 1e-14 }.AllValues().Select(value => value.Number), (a, b) => Math.Abs(a - b) < 1e-24);

    [Fact]
    public void A_whole_number_that_is_almost_one_is_none() =>
        Assert.False(new IntParameter { Name = "x", Min = 1, Max = 9 }.Allows(3.0000000001));
}
