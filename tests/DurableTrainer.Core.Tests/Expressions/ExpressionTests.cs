using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Core.Tests.Expressions;

public class ExpressionTests
{
    private static readonly Point Point = new([new("width", 24), new("rate", 0.5), new("optimizer", "sgd"), new("nesterov", true), new("min", 3)]);

    [Theory]
    [InlineData("$width", 24)]
    [InlineData("$width * 2", 48)]
    [InlineData("$width + 2 * 3", 30)]
    [InlineData("$width - 4 - 5", 15)]
    [InlineData("$(($width + 2) * 3)", 78)]
    [InlineData("$width / 4 / 2", 3)]
    [InlineData("$width % 7", 3)]
    [InlineData("$width ^ 2", 576)]
    [InlineData("$(2 ^ 3 ^ 2)", 512)]
    [InlineData("$(-2 ^ 2)", -4)]
    [InlineData("$(2 ^ -1)", 0.5)]
    [InlineData("$(-$width + +1)", -23)]
    [InlineData("$(max($width, 32, 8))", 32)]
    [InlineData("$(min($min, 8))", 3)]
    [InlineData("$(abs(-3.5) + floor(1.7) + ceil(1.2) + round(2.5))", 9.5)]
    [InlineData("$(log(exp(2)) + log2(8) + sqrt(9) + pow(2, 3))", 16)]
    [InlineData("$rate*1e-2", 0.005)]
    [InlineData("$(.5e+1)", 5)]
    public void Arithmetic_follows_the_rules_of_mathematics(string text, double value) =>
        Assert.Equal(value, Expression.Parse(text).Evaluate(Point).Number, 12);

    [Fact]
    public void A_lone_parameter_may_be_of_any_kind()
    {
        Assert.Equal("sgd", Expression.Parse("$optimizer").Evaluate(Point));
        Assert.Equal(true, Expression.Parse("$nesterov").Evaluate(Point));
    }

    [Fact]
    public void Whole_numbers_are_exact() =>
        Assert.Equal((1L << 53) - 1, Expression.Parse("$big - 1").Evaluate(new Point([new("big", 1L << 53)])).Number);

    [Fact]
    public void It_knows_the_parameters_it_names() => Assert.Equal(["rate", "width"], Expression.Parse("$width * $rate + $width").Names);

    [Theory]
    [InlineData("$", "'$' at character 1 has no meaning here")]
    [InlineData("$width *", "the end is not expected there; a number, a parameter or a function is")]
    [InlineData("$width width", "'width' at character 8 is not expected there")]
    [InlineData("$width + width", "'width' at character 10 needs a $ before it to mean the parameter of that name")]
    [InlineData("$(3", "'$' at character 1 is not closed: the end is not expected there")]
    [InlineData("$(sine(3))", "'sine' at character 3 is not a function; the functions are abs, ceil, ")]
    [InlineData("$(min(3))", "'min' at character 3 takes at least 2 arguments, not 1")]
    [InlineData("$(abs(3, 4))", "'abs' at character 3 takes 1 argument, not 2")]
    [InlineData("$width # 2", "'#' at character 8 has no meaning here")]
    [InlineData("$width * 1.2.3", "'1.2.3' at character 10 is not a number")]
    [InlineData("$width < 3", "'<' at character 8 is not expected there")]
    public void A_text_that_is_no_expression_is_told_where_and_why(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<ExpressionException>(() => Expression.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Text_cannot_be_computed_with() =>
        Assert.Equal(
            "'sgd' is not a number, so nothing can be computed with it",
            Assert.Throws<ExpressionException>(() => Expression.Parse("$optimizer * 2").Evaluate(Point)).Message);

    [Theory]
    [InlineData('(')]
    [InlineData('-')]
    public void Nesting_without_end_is_refused(char c) =>
        Assert.Equal("is nested deeper than 64 levels", Assert.Throws<ExpressionException>(() => Expression.Parse("$a+" + new string(c, 900) + "1")).Message);

    [Theory]
    [InlineData("max")]
    [InlineData("min")]
    public void What_cannot_be_computed_is_not_hidden_by_a_function_of_several_values(string function) =>
        Assert.Equal(double.NaN, Expression.Parse($"$({function}(0 / ($rate - $rate), 1))").Evaluate(Point).Number);

    [Fact]
    public void Any_tree_of_operations_means_the_same_as_computed_by_hand() =>
        Prop.ForAll(Trees(4).ToArbitrary(), tree =>
        {
            var expected = tree.Value;
            var actual = Expression.Parse($"$({tree.Text})").Evaluate(Point).Number;
            return expected.Equals(actual) || Math.Abs(expected - actual) <= 1e-9 * Math.Abs(expected);
        }).QuickCheckThrowOnFailure();

    /// <summary>A text with as few parentheses as the ranks of operators allow, and what it is worth.</summary>
    private sealed record Tree(string Text, double Value, int Rank);

    private static Gen<Tree> Trees(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Choose(0, 50).Select(number => new Tree($"{number}", number, 3)),
            Gen.Constant(new Tree("$width", 24, 3)),
            Gen.Constant(new Tree("$rate", 0.5, 3)));
        if (depth == 0)
            return leaf;
        var inner = Trees(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.Two().Select(pair => new Tree($"{pair.Item1.Text} + {In(pair.Item2, 2)}", pair.Item1.Value + pair.Item2.Value, 1)),
            inner.Two().Select(pair => new Tree($"{pair.Item1.Text} - {In(pair.Item2, 2)}", pair.Item1.Value - pair.Item2.Value, 1)),
            inner.Two().Select(pair => new Tree($"{In(pair.Item1, 2)} * {In(pair.Item2, 3)}", pair.Item1.Value * pair.Item2.Value, 2)),
            inner.Two().Select(pair => new Tree($"{In(pair.Item1, 2)} / {In(pair.Item2, 3)}", pair.Item1.Value / pair.Item2.Value, 2)),
            inner.Two().Select(pair => new Tree($"max({pair.Item1.Text}, {pair.Item2.Text})", Math.Max(pair.Item1.Value, pair.Item2.Value), 3)));
    }

    private static string In(Tree tree, int rank) => tree.Rank < rank ? $"({tree.Text})" : tree.Text;
}
