using System.Text.Json;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Expressions;

/// <summary>What a part of an expression computes, and whether that is a condition rather than a value.</summary>
internal readonly record struct Term(Func<Point, ParameterValue> Of, bool IsCondition = false)
{
    public double Number(Point point)
    {
        var value = Of(point);
        return value.IsNumber ? value.Number : throw new ExpressionException($"'{value}' is not a number, so nothing can be computed with it");
    }
}

/// <summary>
/// Recursive descent over <c>+ - * / % ^</c>, functions and parameters; for constraints also comparisons and <c>and or not</c>, with
/// parameters as bare words.
/// </summary>
internal sealed class Parser
{
    // A spec comes from strangers: neither a long text nor deep nesting may exhaust the stack.
    private const int MaxLength = 1000;
    private const int MaxDepth = 64;

    private readonly List<Token> tokens;
    private readonly bool conditions;
    private int at;
    private int depth;

    private Parser(string text, bool conditions)
    {
        if (text.Length > MaxLength)
            throw new ExpressionException($"is {text.Length} characters long, may have up to {MaxLength}");
        tokens = Token.Split(text);
        this.conditions = conditions;
    }

    private SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

    private Token Current => tokens[at];

    public static (Term Term, IReadOnlyCollection<string> Names) Parse(string text, bool conditions)
    {
        var parser = new Parser(text, conditions);
        var term = conditions ? parser.Or() : parser.Sum();
        return parser.Current.Kind == TokenKind.End
            ? (term, parser.Names)
            : throw new ExpressionException($"{parser.Current} is not expected there");
    }

    private Term Or() => Junction(And, "or", "||", isOr: true);

    private Term And() => Junction(Not, "and", "&&", isOr: false);

    private Term Junction(Func<Term> part, string word, string symbol, bool isOr)
    {
        var left = part();
        while (Current.Is(word, symbol))
        {
            var token = Take();
            Func<Point, ParameterValue> a = Condition(left, token).Of, b = Condition(part(), token).Of;
            left = new Term(point => IsTrue(a(point)) == isOr ? isOr : b(point), IsCondition: true);
        }

        return left;
    }

    private Term Not()
    {
        if (!Current.Is("not", "!"))
            return Comparison();
        var token = Take();
        var inner = Condition(Nested(Not), token).Of;
        return new Term(point => !IsTrue(inner(point)), IsCondition: true);
    }

    /// <summary>Comparisons chain as in mathematics: <c>8 &lt;= width &lt;= depth</c>.</summary>
    private Term Comparison()
    {
        var first = Sum();
        if (!Current.Is("<", "<=", ">", ">=", "==", "!="))
            return first;
        var links = new List<Func<Point, bool>>();
        for (var left = first; Current.Is("<", "<=", ">", ">=", "==", "!=");)
        {
            var symbol = Take();
            Term a = Value(left, symbol), b = Value(Sum(), symbol);
            links.Add(symbol.Text switch
            {
                "<" => point => a.Number(point) < b.Number(point),
                "<=" => point => a.Number(point) <= b.Number(point),
                ">" => point => a.Number(point) > b.Number(point),
                ">=" => point => a.Number(point) >= b.Number(point),
                "==" => point => a.Of(point) == b.Of(point),
                _ => point => a.Of(point) != b.Of(point),
            });
            left = b;
        }

        return new Term(point => links.TrueForAll(link => link(point)), IsCondition: true);
    }

    private Term Sum()
    {
        var left = Product();
        while (Current.Is("+", "-"))
        {
            var symbol = Take();
            Term a = Value(left, symbol), b = Value(Product(), symbol);
            left = symbol.Text == "+" ? new(point => a.Number(point) + b.Number(point)) : new(point => a.Number(point) - b.Number(point));
        }

        return left;
    }

    private Term Product()
    {
        var left = Unary();
        while (Current.Is("*", "/", "%"))
        {
            var symbol = Take();
            Term a = Value(left, symbol), b = Value(Unary(), symbol);
            left = symbol.Text switch
            {
                "*" => new(point => a.Number(point) * b.Number(point)),
                "/" => new(point => a.Number(point) / b.Number(point)),
                _ => new(point => a.Number(point) % b.Number(point)),
            };
        }

        return left;
    }

    private Term Unary()
    {
        if (!Current.Is("-", "+"))
            return Power();
        var symbol = Take();
        var inner = Value(Nested(Unary), symbol);
        return symbol.Text == "-" ? new(point => -inner.Number(point)) : new(point => inner.Number(point));
    }

    private Term Power()
    {
        var left = Primary();
        if (!Current.Is("^"))
            return left;
        var symbol = Take();
        Term a = Value(left, symbol), b = Value(Nested(Unary), symbol);
        return new(point => Math.Pow(a.Number(point), b.Number(point)));
    }

    private Term Primary()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new(_ => token.Number);
            case TokenKind.Text when conditions:
                return new(_ => token.Text);
            case TokenKind.Variable:
                return Parameter(token.Text);
            case TokenKind.Word when Current.Is("("):
                return Call(token);
            case TokenKind.Word when conditions && token.Text is "true" or "false":
                return new(_ => token.Text == "true");
            case TokenKind.Word when conditions:
                return Parameter(token.Text);
            case TokenKind.Word:
                throw new ExpressionException($"{token} needs a $ before it to mean the parameter of that name");
            case TokenKind.Symbol when token.Text == "$":
                Take();
                return Parenthesis(token);
            case TokenKind.Symbol when token.Text == "(":
                return Parenthesis(token);
            default:
                throw new ExpressionException($"{token} is not expected there; a number, a parameter or a function is");
        }
    }

    private Term Parenthesis(Token open)
    {
        var inner = Nested(conditions ? Or : Sum);
        Close(open);
        return inner;
    }

    private Term Call(Token name)
    {
        var open = Take();
        var arguments = new List<Term> { Value(Nested(Sum), name) };
        while (Current.Is(","))
        {
            Take();
            arguments.Add(Value(Nested(Sum), name));
        }

        Close(open);
        var compute = Functions.Find(name, arguments.Count);
        return new(point => compute([.. arguments.Select(argument => argument.Number(point))]));
    }

    private Term Parameter(string name)
    {
        Names.Add(name);
        return new(point => point.TryGet(name, out var value) ? value : throw new ExpressionException($"parameter '{name}' has no value in this point"));
    }

    private Term Nested(Func<Term> part)
    {
        if (++depth > MaxDepth)
            throw new ExpressionException($"is nested deeper than {MaxDepth} levels");
        var term = part();
        depth--;
        return term;
    }

    private Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End)
            at++;
        return token;
    }

    private void Close(Token open)
    {
        if (!Current.Is(")"))
            throw new ExpressionException($"{open} is not closed: {Current} is not expected there");
        Take();
    }

    private static Term Value(Term term, Token by) =>
        term.IsCondition ? throw new ExpressionException($"{by} needs numbers, not comparisons") : term;

    private static Term Condition(Term term, Token by) =>
        term.IsCondition ? term : throw new ExpressionException($"{by} joins comparisons, such as 'width < 64'");

    private static bool IsTrue(ParameterValue value) => value.Kind == JsonValueKind.True;
}
