using System.Text.Json;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Expressions;

/// <summary>
/// What must hold for a point: comparisons of arithmetic over parameter names (<c>width * batchSize &lt;= 8192</c>), joined by
/// <c>and</c>, <c>or</c>, <c>not</c>. Equality also compares text (<c>optimizer != 'sgd' or momentum &gt; 0</c>).
/// </summary>
public sealed class Constraint
{
    private readonly string text;
    private readonly Term term;

    private Constraint(string text)
    {
        this.text = text;
        (term, Names) = Parser.Parse(text, conditions: true);
        if (!term.IsCondition)
            throw new ExpressionException("compares nothing; a constraint is a comparison, such as 'width * batchSize <= 8192'");
    }

    /// <summary>The parameters that it names.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <exception cref="ExpressionException">The text cannot be understood.</exception>
    public static Constraint Parse(string text) => new(text);

    /// <summary>Whether the point keeps it. One that names a parameter which is not active in the point is kept.</summary>
    /// <exception cref="ExpressionException">Arithmetic meets what is not a number.</exception>
    public bool Holds(Point point) => !Names.All(point.Contains) || term.Of(point).Kind == JsonValueKind.True;

    public override string ToString() => text;
}
