using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Tuning.Insight;

/// <summary>Regression trees, each grown from rows that were drawn with replacement (Breiman, Random Forests, 2001).</summary>
internal sealed class Forest
{
    private const int TreeCount = 64;

    public Forest(InsightSpace space, double[][] rows, double[] values, long seed)
    {
        var (sums, counts) = (new double[rows.Length], new int[rows.Length]);
        var trees = new List<RegressionTree>();
        for (var number = 0; number < TreeCount; number++)
        {
            var random = new KeyedRandom(seed, "insight/tree", step: number);
            int[] sample = [.. Enumerable.Range(0, rows.Length).Select(_ => random.NextInt32(rows.Length))];
            var tree = new RegressionTree(space, rows, values, sample);
            trees.Add(tree);
            foreach (var row in Enumerable.Range(0, rows.Length).Except(sample))
            {
                sums[row] += tree.Predict(rows[row]);
                counts[row]++;
            }
        }

        Trees = trees;
        var unseen = Enumerable.Range(0, rows.Length).Where(row => counts[row] > 0).ToList();
        OutOfBagError = unseen.Count == 0 ? 0 : unseen.Average(row => Math.Pow(values[row] - sums[row] / counts[row], 2));
    }

    public IReadOnlyList<RegressionTree> Trees { get; }

    /// <summary>Mean squared error at each row of the trees that were not grown from it.</summary>
    public double OutOfBagError { get; }
}
