using DurableTrainer.Core.Randomness;
using DurableTrainer.Training.Parallel.Data.Replicas;

namespace DurableTrainer.Training.Tests.Parallel.Data.Replicas;

public class KrumTests
{
    private const int Length = 37;

    [Fact]
    public void Whoever_follows_another_gradient_is_left_out_whatever_its_shard_and_weight()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new KeyedRandom(seed, "replicas");
            var worst = 1 + random.NextInt32(3);
            var honest = worst + 3 + random.NextInt32(4);
            int[] places = [.. Enumerable.Range(0, honest + worst)];
            random.Shuffle<int>(places);
            var liars = places[..worst].Order().ToArray();

            // Each lies in a direction of its own, as far as the honest mean is long.
            var found = Worst([.. Enumerable.Range(0, honest + worst).Select(place =>
                Gradient(random, place, 1 + random.NextInt32(40), 0.1 + random.NextDouble(), _ => liars.Contains(place) ? 5 * random.NextGaussian() : 1))], worst);

            Assert.True(liars.SequenceEqual(found.Order()), $"Seed {seed}: {string.Join(", ", found)} of {honest + worst} are left out, and {string.Join(", ", liars)} lie.");
        }
    }

    [Fact]
    public void A_small_shard_is_not_the_worst_for_being_small()
    {
        const int Trials = 300, Units = 5;
        var random = new KeyedRandom(7, "replicas");
        var small = 0;
        for (var trial = 0; trial < Trials; trial++)
            small += Worst([.. Enumerable.Range(0, Units).Select(place => Gradient(random, place, place == 0 ? 4 : 64, 1, _ => 1))], 1).Contains(0) ? 1 : 0;

        // More than a fifth, as one mean is in all of its distances; nearly always if those were taken as they are.
        Assert.InRange(small, Trials / 10, Trials / 2);
    }

    [Fact]
    public void Two_are_always_left_to_agree()
    {
        ReplicaGradient[] gradients = [Of(0, 1), Of(1, 1.1f), Of(2, 9), Of(3, 5)];

        Assert.Equal([2, 3], Worst(gradients, 2).Order());
        Assert.Equal([2, 3], Worst(gradients, 3).Order());
        Assert.Equal([2], Worst(gradients[..3], 3));
        Assert.Empty(Worst(gradients[1..3], 1));
    }

    [Fact]
    public void What_is_no_number_is_the_worst_and_a_replica_without_a_target_is_not_asked()
    {
        Assert.Equal([1], Worst([Of(0, 1), Of(1, float.NaN), Of(2, 5)], 1));
        Assert.Equal([1], Worst([Of(0, 1), Of(1, float.PositiveInfinity), Of(2, 5), Of(3, 0, weight: 0)], 1));
    }

    [Fact]
    public void Products_are_those_of_plain_sums()
    {
        var random = new KeyedRandom(3, "products");
        float[][] gradients = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 5003).Select(_ => (float)random.NextGaussian()).ToArray())];

        var products = new GradientProducts(gradients);

        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
                Assert.Equal(gradients[i].Zip(gradients[j], (a, b) => (double)a * b).Sum(), products[i, j], 1e-9);
        }
    }

    private static IReadOnlyList<int> Worst(ReplicaGradient[] gradients, int most) =>
        Krum.Worst(gradients, new GradientProducts([.. gradients.Select(gradient => gradient.Values)]), most);

    private static ReplicaGradient Of(int unit, float value, double weight = 0.25) => new(unit, [value * (float)weight], weight, 8, 8, 1);

    /// <summary>The mean over samples of something with a deviation of 1 about its mean, times a weight.</summary>
    private static ReplicaGradient Gradient(KeyedRandom random, int unit, int samples, double weight, Func<int, double> mean) => new(
        unit, [.. Enumerable.Range(0, Length).Select(place => (float)(weight * (mean(place) + random.NextGaussian() / Math.Sqrt(samples))))], weight, samples, samples, 1);
}
