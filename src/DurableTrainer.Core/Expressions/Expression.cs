using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Expressions;

/// <summary>
/// A value computed from a point: <c>$width</c>, <c>$width * 2</c>, <c>$(max($width, 8) / 2)</c>. Operators are <c>+ - * / % ^</c>,
/// functions min, max, abs, floor, ceil, round, log, log2, exp, sqrt and pow. A lone parameter may be of any kind; arithmetic takes
/// numbers. Whole numbers are exact up to 2⁵³.
/// </summary>
public sealed class Expression
{
    private readonly string text;
    private readonly Term term;

    private Expression(string text)
    {
        this.text = text;
        (term, Names) = Parser.Parse(text, conditions: false);
    }

    /// <summary>The parameters that it names.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <exception cref="ExpressionException">The text cannot be understood.</exception>
    public static Expression Parse(string text) => new(text);

    /// <summary>Whether a string of a spec is an expression: it starts with <c>$</c>. <c>$$</c> stands for a literal <c>$</c>.</summary>
    public static bool IsExpression(string text) => text.StartsWith('$') && !text.StartsWith("$$", StringComparison.Ordinal);

    /// <returns>A number may be infinite or undefined, such as after a division by zero.</returns>
    /// <exception cref="ExpressionException">A named parameter has no value in the point, or arithmetic meets what is not a number.</exception>
    public ParameterValue Evaluate(Point point) => term.Of(point);

    public override string ToString() => text;
}
