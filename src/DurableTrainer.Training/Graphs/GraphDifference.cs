namespace DurableTrainer.Training.Graphs;

/// <summary>Tells whether a model can go on as another: whether what was learned in one graph fits into the other.</summary>
public static class GraphDifference
{
    /// <summary>
    /// Compares the names and shapes of all that is learned or carried from step to step. What else differs, such as the rate of a dropout,
    /// does not keep a model from going on.
    /// </summary>
    /// <returns>
    /// The first difference, such as <c>layers.2.weight is [16, 64] in one and [32, 64] in the other</c>; null when there is none.
    /// </returns>
    public static string? Of(Graph one, Graph other)
    {
        var others = other.Parameters.Concat(other.State).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        foreach (var tensor in one.Parameters.Concat(one.State))
        {
            if (!others.Remove(tensor.Name, out var shape))
                return $"only one has {tensor.Name}";
            if (!shape.Equals(tensor.Shape))
                return $"{tensor.Name} is {tensor.Shape} in one and {shape} in the other";
        }

        return others.Count == 0 ? null : $"only one has {others.Keys.First()}";
    }
}
