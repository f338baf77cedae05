namespace DurableTrainer.Core.Expressions;

/// <summary>The functions that expressions and constraints may call.</summary>
internal static class Functions
{
    private static readonly Dictionary<string, Function> All = new()
    {
        ["abs"] = new(1, 1, x => Math.Abs(x[0])),
        ["ceil"] = new(1, 1, x => Math.Ceiling(x[0])),
        ["exp"] = new(1, 1, x => Math.Exp(x[0])),
        ["floor"] = new(1, 1, x => Math.Floor(x[0])),
        ["log"] = new(1, 1, x => Math.Log(x[0])),
        ["log2"] = new(1, 1, x => Math.Log2(x[0])),
        ["max"] = new(2, int.MaxValue, x => x.Aggregate(Math.Max)),
        ["min"] = new(2, int.MaxValue, x => x.Aggregate(Math.Min)),
        ["pow"] = new(2, 2, x => Math.Pow(x[0], x[1])),
        ["round"] = new(1, 1, x => Math.Round(x[0], MidpointRounding.AwayFromZero)),
        ["sqrt"] = new(1, 1, x => Math.Sqrt(x[0])),
    };

    public static Func<double[], double> Find(Token name, int arguments)
    {
        if (!All.TryGetValue(name.Text, out var function))
            throw new ExpressionException($"{name} is not a function; the functions are {string.Join(", ", All.Keys)}");
        if (arguments < function.Fewest || arguments > function.Most)
        {
            var wanted = function.Most == function.Fewest ? $"{function.Fewest}" : $"at least {function.Fewest}";
            throw new ExpressionException($"{name} takes {wanted} argument{(function.Fewest == 1 ? "" : "s")}, not {arguments}");
        }

        return function.Compute;
    }

    private sealed record Function(int Fewest, int Most, Func<double[], double> Compute);
}
