namespace DurableTrainer.Training.Data;

/// <summary>The shape that a spec gives its samples, against the numbers that a file has for each.</summary>
internal static class SampleShapes
{
    /// <exception cref="DataException">The shape is not of positive whole numbers, or holds more or fewer numbers than a sample
    /// has.</exception>
    public static int[] Check(IReadOnlyList<int> shape, long numbers, string file, string source)
    {
        var text = $"[{string.Join(", ", shape)}]";
        if (shape.Count == 0 || shape.Any(dimension => dimension < 1))
            throw new DataException($"{file}: the shape {text} of the spec is not allowed; every dimension must be at least 1.");
        var product = shape.Aggregate((Int128)1, (size, dimension) => size > int.MaxValue ? size : size * dimension);
        if (product != numbers)
            throw new DataException($"{file}: the shape {text} of the spec does not fit: {source}.");
        return [.. shape];
    }
}
