namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>Compares what the replicas bring to each step, says which of them are left out, and keeps count of it for an epoch.</summary>
/// <param name="ids">Of all replicas, by unit.</param>
/// <param name="dropWorst">How many are left out of each step.</param>
internal sealed class ReplicaComparison(IReadOnlyList<string> ids, int dropWorst)
{
    private ReplicaTally[] tallies = [];

    /// <summary>Whether there is anything to compare.</summary>
    public bool IsOfMany => ids.Count > 1;

    /// <summary>Forgets what was counted.</summary>
    public void BeginEpoch() => tallies = [.. ids.Select(_ => new ReplicaTally())];

    /// <param name="gradients">Of all replicas that had a part in the step.</param>
    /// <returns>Places of those that are left out of it.</returns>
    public IReadOnlyList<int> Compare(IReadOnlyList<ReplicaGradient> gradients)
    {
        if (!IsOfMany)
            return [];
        var products = new GradientProducts([.. gradients.Select(gradient => gradient.Values)]);
        var worst = dropWorst > 0 ? Krum.Worst(gradients, products, dropWorst) : [];
        int[] kept = [.. Enumerable.Range(0, gradients.Count).Except(worst)];
        foreach (var (place, gradient) in gradients.Index())
        {
            var norm = Math.Sqrt(products[place, place]);
            tallies[gradient.Unit].Add(
                gradient,
                gradient.Weight > 0 && double.IsFinite(norm) ? norm / gradient.Weight : null,
                CosineToOthers(products, place, kept),
                worst.Contains(place));
        }

        return worst;
    }

    public void Write(IDictionary<string, double> metrics)
    {
        foreach (var (id, tally) in ids.Zip(tallies))
            tally.Write(id, metrics);
    }

    /// <summary>Of ⟨gᵢ, s⟩ and ⟨s, s⟩ for s = Σ gⱼ over the others that count.</summary>
    private static double? CosineToOthers(GradientProducts products, int place, int[] kept)
    {
        var (along, square) = (0.0, 0.0);
        foreach (var other in kept)
        {
            if (other == place)
                continue;
            along += products[place, other];
            foreach (var another in kept)
                square += another == place ? 0 : products[other, another];
        }

        var cosine = along / Math.Sqrt(products[place, place] * square);
        return double.IsFinite(cosine) ? cosine : null;
    }
}
