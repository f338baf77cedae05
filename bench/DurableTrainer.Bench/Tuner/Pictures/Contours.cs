namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>Lines of equal height on a square, as short straight pieces (marching squares: Lorensen and Cline, SIGGRAPH 1987, in two dimensions).</summary>
/// <param name="Heights">At the corners of a grid over [0, 1]², by column and row.</param>
internal sealed record Contours(double[,] Heights)
{
    /// <param name="cells">Along each side.</param>
    /// <param name="height">By coordinates in [0, 1].</param>
    public static Contours Of(int cells, Func<double, double, double> height)
    {
        var heights = new double[cells + 1, cells + 1];
        for (var i = 0; i <= cells; i++)
        {
            for (var j = 0; j <= cells; j++)
                heights[i, j] = height((double)i / cells, (double)j / cells);
        }

        return new Contours(heights);
    }

    /// <summary>The pieces at which the surface has this height, in coordinates of [0, 1]².</summary>
    public IEnumerable<((double X, double Y) From, (double X, double Y) To)> At(double level)
    {
        var cells = Heights.GetLength(0) - 1;
        for (var i = 0; i < cells; i++)
        {
            for (var j = 0; j < cells; j++)
            {
                // A square has two crossings or none; four at a saddle, where pairing them either way is right.
                var crossings = Crossings(i, j, level).Select(point => (point.X / cells, point.Y / cells)).ToArray();
                for (var pair = 0; pair + 1 < crossings.Length; pair += 2)
                    yield return (crossings[pair], crossings[pair + 1]);
            }
        }
    }

    private IEnumerable<(double X, double Y)> Crossings(int i, int j, double level)
    {
        (int X, int Y)[] corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
        for (var side = 0; side < corners.Length; side++)
        {
            var (from, to) = (corners[side], corners[(side + 1) % corners.Length]);
            var (a, b) = (Heights[from.X, from.Y], Heights[to.X, to.Y]);
            if (a < level == b < level)
                continue;
            var share = (level - a) / (b - a);
            yield return (from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y));
        }
    }
}
