using System.Globalization;

namespace DurableTrainer.Core.Expressions;

internal enum TokenKind
{
    Number,

    /// <summary>A word without a sign: a function, an operator such as <c>and</c>, in constraints a parameter.</summary>
    Word,

    /// <summary>A parameter written with its sign: <c>$width</c>.</summary>
    Variable,

    Text,
    Symbol,
    End,
}

/// <summary>A word, number or sign of an expression, with its position (counted from 1) for messages.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, double Number, int Position)
{
    private static readonly string[] Symbols = ["<=", ">=", "==", "!=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "^", "(", ")", ","];

    public bool Is(params ReadOnlySpan<string> texts) => Kind is TokenKind.Symbol or TokenKind.Word && texts.Contains(Text);

    public override string ToString() => Kind == TokenKind.End ? "the end" : $"'{Text}' at character {Position}";

    public static List<Token> Split(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var token = Next(text, at);
            tokens.Add(token);
            at += token.Kind switch
            {
                TokenKind.Variable => token.Text.Length + 1,
                TokenKind.Text => token.Text.Length + 2,
                _ => token.Text.Length,
            };
        }

        tokens.Add(new Token(TokenKind.End, "", 0, text.Length + 1));
        return tokens;
    }

    private static Token Next(string text, int at)
    {
        var first = text[at];
        if (char.IsAsciiDigit(first) || first == '.')
            return ReadNumber(text, at);
        if (IsWordStart(first))
            return new Token(TokenKind.Word, ReadWord(text, at), 0, at + 1);
        // "$(" opens an expression that does not begin with a parameter: "$(max($width, 8))".
        if (first == '$' && at + 1 < text.Length && text[at + 1] == '(')
            return new Token(TokenKind.Symbol, "$", 0, at + 1);
        if (first == '$' && at + 1 < text.Length && IsWordStart(text[at + 1]))
            return new Token(TokenKind.Variable, ReadWord(text, at + 1), 0, at + 1);
        if (first is '"' or '\'')
        {
            var end = text.IndexOf(first, at + 1);
            return end > 0
                ? new Token(TokenKind.Text, text[(at + 1)..end], 0, at + 1)
                : throw new ExpressionException($"the text that starts at character {at + 1} is not closed");
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
                return new Token(TokenKind.Symbol, symbol, 0, at + 1);
        }

        throw new ExpressionException($"'{first}' at character {at + 1} has no meaning here");
    }

    private static Token ReadNumber(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var exponent = end + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-')
                exponent++;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                end = exponent;
                while (end < text.Length && char.IsAsciiDigit(text[end]))
                    end++;
            }
        }

        var digits = text[start..end];
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? new Token(TokenKind.Number, digits, number, start + 1)
            : throw new ExpressionException($"'{digits}' at character {start + 1} is not a number");
    }

    private static string ReadWord(string text, int start)
    {
        var end = start;
        while (end < text.Length && (IsWordStart(text[end]) || char.IsAsciiDigit(text[end])))
            end++;
        return text[start..end];
    }

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
