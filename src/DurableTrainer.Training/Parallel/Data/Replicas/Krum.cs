namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>
/// Which replicas agree least with the others. Krum (Blanchard, El Mhamdi, Guerraoui and Stainer 2017, section 4) scores each of n gradients by
/// the sum of the squared distances to its n − k − 2 nearest others, at least to one, and leaves out the k of the highest scores, as its
/// variant Multi-Krum does. What it promises, it promises for n ≥ 2k + 3.
/// </summary>
/// <remarks>
/// There all gradients are of as many samples. Here those of few samples would be the worst by chance: the mean over nᵢ has a variance of σ²/nᵢ,
/// and so honest replicas are at a squared distance of σ²(1/nᵢ + 1/nⱼ). Distances are divided by that, which among equals changes nothing.
/// </remarks>
internal static class Krum
{
    /// <summary>Fewer are not worse than each other.</summary>
    public const int Fewest = 3;

    /// <param name="gradients">Of all replicas; those of no weight are never the worst.</param>
    /// <param name="products">Of their values.</param>
    /// <param name="most">How many are left out, as long as two are left that agree.</param>
    /// <returns>Places of those to leave out.</returns>
    public static IReadOnlyList<int> Worst(IReadOnlyList<ReplicaGradient> gradients, GradientProducts products, int most)
    {
        int[] places = [.. Enumerable.Range(0, gradients.Count).Where(place => gradients[place].Weight > 0)];
        if (places.Length < Fewest)
            return [];
        var worst = Math.Min(most, places.Length - 2);
        var neighbours = Math.Max(1, places.Length - worst - 2);
        return [.. places.OrderByDescending(Score).ThenByDescending(place => place).Take(worst)];

        double Score(int place) => places.Where(other => other != place).Select(other => Distance(place, other)).Order().Take(neighbours).Sum();

        double Distance(int i, int j)
        {
            double a = gradients[i].Weight, b = gradients[j].Weight;
            var squared = products[i, i] / (a * a) + products[j, j] / (b * b) - 2 * products[i, j] / (a * b);
            // What is no number is farther than any.
            return double.IsFinite(squared)
                ? Math.Max(0, squared) / (1.0 / gradients[i].Targets + 1.0 / gradients[j].Targets)
                : double.PositiveInfinity;
        }
    }
}
