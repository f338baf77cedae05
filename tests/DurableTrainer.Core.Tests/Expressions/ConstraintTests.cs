using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Tests.Expressions;

public class ConstraintTests
{
    private static readonly Point Point = new([new("width", 64), new("batchSize", 128), new("optimizer", "sgd"), new("nesterov", true)]);

    [Theory]
    [InlineData("width * batchSize <= 8192", true)]
    [InlineData("width * batchSize < 8192", false)]
    [InlineData("$width >= 64", true)]
    [InlineData("width == 64", true)]
    [InlineData("width != 64", false)]
    [InlineData("8 <= width <= 64 < batchSize", true)]
    [InlineData("8 <= width < 64", false)]
    [InlineData("width > 100 or batchSize > 100", true)]
    [InlineData("width > 100 || batchSize > 100 and width > 100", false)]
    [InlineData("not width > 100 && !(batchSize < 100)", true)]
    [InlineData("(width + 1) * 2 > 129 and (width > 1)", true)]
    [InlineData("optimizer == 'sgd'", true)]
    [InlineData("optimizer != \"sgd\" or width > 64", false)]
    [InlineData("nesterov == true", true)]
    [InlineData("min(width, batchSize) == 64", true)]
    public void It_holds_or_not(string text, bool holds) => Assert.Equal(holds, Constraint.Parse(text).Holds(Point));

    [Theory]
    [InlineData("momentum > 5")]
    [InlineData("momentum > 5 and width > 1000")]
    public void It_holds_where_one_of_its_parameters_is_not_active(string text) => Assert.True(Constraint.Parse(text).Holds(Point));

    [Theory]
    [InlineData("width", "compares nothing; ")]
    [InlineData("width <= 3 * (batchSize > 4)", "'*' at character 12 needs numbers, not comparisons")]
    [InlineData("width and batchSize", "'and' at character 7 joins comparisons, such as ")]
    [InlineData("width = 3", "'=' at character 7 has no meaning here")]
    [InlineData("optimizer == 'sgd", "the text that starts at character 14 is not closed")]
    public void A_text_that_is_no_constraint_is_told_why(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<ExpressionException>(() => Constraint.Parse(text)).Message, StringComparison.Ordinal);
}
