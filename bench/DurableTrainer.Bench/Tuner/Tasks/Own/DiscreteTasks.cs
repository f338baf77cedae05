using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks.Own;

/// <summary>Whole numbers, ordered lists and choices.</summary>
internal static class DiscreteTasks
{
    private static readonly ParameterValue[] Sizes = [1, 2, 4, 8, 16, 32, 64];

    /// <summary>How many values each choice has.</summary>
    private static readonly int[] Choices = [4, 5, 3, 4, 6, 3];

    /// <summary>Where the strength is best with each value of the first choice.</summary>
    private static readonly double[] Strengths = [0.22, 0.71, 0.43, 0.86];

    private static readonly double[][,] Interactions = [.. Choices.Select((_, choice) => Table(choice))];

    public static IReadOnlyList<SearchTask> All { get; } =
    [
        new()
        {
            Name = "integers6",
            Family = "discrete",
            Space =
            [
                new OrdinalParameter { Name = "rows", Values = Sizes },
                new OrdinalParameter { Name = "columns", Values = Sizes },
                new IntParameter { Name = "unroll", Min = 1, Max = 12 },
                new IntParameter { Name = "depth", Min = 2, Max = 40, Step = 2 },
                new IntParameter { Name = "threads", Min = 1, Max = 16 },
                new IntParameter { Name = "padding", Min = 0, Max = 7 },
            ],
            Value = Tiles,
            Optimum = 0,
        },
        new()
        {
            Name = "choices7",
            Family = "discrete",
            Space =
            [
                .. Choices.Select((count, choice) => new ChoiceParameter
                {
                    Name = $"c{choice}",
                    Values = [.. Enumerable.Range(0, count).Select(value => (ParameterValue)$"v{value}")],
                }),
                new FloatParameter { Name = "strength", Min = 0, Max = 1 },
            ],
            Value = Interacting,
            Optimum = Assignments(0).Min(values => Ring([.. values])),
        },
    ];

    /// <summary>
    /// Like the time of a tiled matrix product: the tile's size and shape, what fits in a cache line, a depth that grows with
    /// unrolling. 0 at 16 rows, 8 columns, unrolled 5 times, depth 18, 6 threads, padding 1.
    /// </summary>
    private static double Tiles(Point point)
    {
        double Number(string name) => point[name].Number;
        var (rows, columns) = (Math.Log2(Number("rows")), Math.Log2(Number("columns")));
        var (area, unroll) = (rows + columns - 7, Number("unroll"));
        var depth = Number("depth") - 3 * unroll - 3;
        return 0.075 * area * area + 0.15 * Math.Abs(rows - columns - 1)
            + 0.02 * (unroll - 5) * (unroll - 5) * (1 + 0.3 * Math.Abs(rows - 4)) + 0.004 * depth * depth
            + 0.5 * Math.Pow(Math.Abs(Math.Log2(Number("threads") / 6)), 1.5)
            + 0.08 * ((3 * Number("rows") + 5 * Number("padding") + 3) % 8);
    }

    /// <summary>
    /// Each choice's contribution depends on its value and its neighbour's in a ring, at random but once and for all (the NK model of
    /// Kauffman and Weinberger, J. Theor. Biol. 141(2), 1989, with K = 1); one number, whose best value depends on the first choice.
    /// </summary>
    private static double Interacting(Point point)
    {
        int[] values = [.. Choices.Select((_, choice) => point[$"c{choice}"].ToString()[1] - '0')];
        var off = point["strength"].Number - Strengths[values[0]];
        return Ring(values) + 2 * off * off;
    }

    private static double Ring(int[] values) => Interactions.Select((table, i) => table[values[i], values[(i + 1) % values.Length]]).Sum();

    private static double[,] Table(int choice)
    {
        var random = new KeyedRandom(7, "bench/choices", choice);
        var table = new double[Choices[choice], Choices[(choice + 1) % Choices.Length]];
        for (var own = 0; own < table.GetLength(0); own++)
        {
            for (var next = 0; next < table.GetLength(1); next++)
                table[own, next] = random.NextDouble();
        }

        return table;
    }

    private static IEnumerable<IEnumerable<int>> Assignments(int choice) => choice == Choices.Length
        ? [[]]
        : Enumerable.Range(0, Choices[choice]).SelectMany(value => Assignments(choice + 1).Select(rest => rest.Prepend(value)));
}
