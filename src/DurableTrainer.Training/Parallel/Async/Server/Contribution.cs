namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>A learner's part of a synchronous round.</summary>
/// <param name="Batch">Its batch.</param>
/// <param name="Values">Its gradient.</param>
/// <param name="State">What operations carry after its pass.</param>
/// <param name="Samples">Of its batch.</param>
internal sealed record Contribution(int Batch, float[] Values, float[] State, int Samples)
{
    /// <summary>The gradient over all samples of a round, in the order of the batches so that it does not depend on who was first.</summary>
    public static (float[] Values, float[] State) MeanOf(IReadOnlyList<Contribution> round)
    {
        Contribution[] parts = [.. round.OrderBy(part => part.Batch)];
        var all = parts.Sum(part => (long)part.Samples);
        var (values, state) = (new double[parts[0].Values.Length], new double[parts[0].State.Length]);
        foreach (var part in parts)
        {
            var weight = (double)part.Samples / all;
            Add(values, part.Values, weight);
            Add(state, part.State, weight);
        }

        return ([.. values.Select(value => (float)value)], [.. state.Select(value => (float)value)]);
    }

    private static void Add(double[] sum, float[] values, double weight)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += weight * values[i];
    }
}
