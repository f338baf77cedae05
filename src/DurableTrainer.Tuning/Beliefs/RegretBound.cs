using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// What is left to gain at most, as far as a model can tell: the lowest upper bound where something was seen, less the lowest lower
/// bound anywhere (Makarova et al., Automatic Termination for Hyperparameter Optimization, AutoML 2022, eq. 2).
/// </summary>
internal static class RegretBound
{
    private const int Everywhere = 200;
    private const int Around = 100;
    private const double Confidence = 0.1;

    /// <summary>In units of the belief; of its objective.</summary>
    public static double Of(SearchHistory history, ObjectiveBelief belief, KeyedRandom random)
    {
        var width = Width(history.Space.Dimensions, history.Observations.Count);
        var reached = double.PositiveInfinity;
        var possible = double.PositiveInfinity;
        foreach (var (mean, deviation) in belief.Predict([.. history.Ranking.Take(Around).Select(place => history.Observations[place].Unit)]))
        {
            reached = Math.Min(reached, mean + width * deviation);
            possible = Math.Min(possible, mean - width * deviation);
        }

        foreach (var (mean, deviation) in belief.Predict([.. Places(history, random).Where(unit => history.Mask?.IsSafe(unit) is not false)]))
            possible = Math.Min(possible, mean - width * deviation);

        return Math.Max(0, reached - possible);
    }

    /// <summary>Deviations on either side of the mean; the theory's width is known to be too wide, and a fifth of its square is used there.</summary>
    private static double Width(int dimensions, int trials) =>
        Math.Sqrt(2.0 / 5 * Math.Log(dimensions * Math.Pow(trials, 2) * Math.PI * Math.PI / (6 * Confidence)));

    private static IEnumerable<double[]> Places(SearchHistory history, KeyedRandom random)
    {
        foreach (var unit in Scatter.Over(history.Space, Everywhere, random))
            yield return unit;
        var best = history.Observations[history.Ranking[0]].Unit;
        for (var i = 0; i < Around; i++)
            yield return Moves.Step(history.Space, best, Enumerable.Range(0, best.Length), Math.Pow(10, -3 * random.NextDouble()), random);
    }
}
