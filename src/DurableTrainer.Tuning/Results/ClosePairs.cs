using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Results;

/// <summary>
/// How noisy values are, told from the points that lie closest together: an objective that is rough but exact differs little there, one
/// that is noisy as much as anywhere (the nugget of a variogram: Cressie, Statistics for Spatial Data, 1993, section 2.4).
/// </summary>
internal static class ClosePairs
{
    private const int Pairs = 7;

    /// <summary>Better points are more often near each other; so many are looked at.</summary>
    private const int Points = 100;

    /// <summary>The median of |a − b| of two draws from a normal distribution of deviation 1.</summary>
    private const double MedianDifference = 0.9539;

    /// <returns>A deviation in the unit of <paramref name="targets"/>.</returns>
    public static double Deviation(SearchHistory history, IReadOnlyList<double> targets)
    {
        var places = history.Ranking.Take(Points).ToArray();
        var pairs = new List<(double Distance, double Difference)>();
        for (var i = 0; i < places.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (history.Observations[places[i]].Unit, history.Observations[places[j]].Unit);
                pairs.Add((Distance.Between(history.Space, a, b), Math.Abs(targets[places[i]] - targets[places[j]])));
            }
        }

        double[] closest = [.. pairs.OrderBy(pair => pair.Distance).Take(Pairs).Select(pair => pair.Difference).Order()];
        return closest.Length == 0 ? 0 : closest[closest.Length / 2] / MedianDifference;
    }
}
