using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts.Parzen;

/// <summary>
/// A density over a space from points in it: the mean of a kernel around each of them, over all parameters together, and of an even one
/// that stands for what was believed before (Bergstra et al., NeurIPS 2011; kernels over all parameters: Falkner, Klein and Hutter, ICML 2018).
/// </summary>
internal sealed class ParzenDensity
{
    /// <summary>Kernels never get narrower: there is always something left to learn nearby.</summary>
    private const double SmallestDeviation = 0.01;

    /// <summary>Variance of the even density over [0, 1].</summary>
    private const double EvenVariance = 1.0 / 12;

    /// <summary>Of a density that is half of the even one, where one of two points lacks a parameter.</summary>
    private static readonly double LogOfHalf = Math.Log(0.5);

    private readonly UnitSpace space;
    private readonly IReadOnlyList<double[]> centres;
    private readonly double[] deviations;
    private readonly double[][] logScales;

    /// <param name="space">Where the points lie.</param>
    /// <param name="centres">The points.</param>
    public ParzenDensity(UnitSpace space, IReadOnlyList<double[]> centres)
    {
        this.space = space;
        this.centres = centres;
        // Scott's rule, with the spread of the points and of the even kernel among them.
        deviations = [.. Enumerable.Range(0, space.Dimensions).Select(Spread)
            .Select(spread => Math.Max(SmallestDeviation, spread * Math.Pow(centres.Count + 1, -1.0 / (space.Dimensions + 4))))];
        logScales = [.. centres.Select(centre => centre.Select((coordinate, i) => LogScale(i, coordinate)).ToArray())];
    }

    public double[] Draw(KeyedRandom random)
    {
        var unit = new double[space.Dimensions];
        var centre = random.NextInt32(centres.Count + 1);
        for (var i = 0; i < unit.Length; i++)
        {
            unit[i] = centre == centres.Count || double.IsNaN(centres[centre][i]) ? random.NextDouble()
                : space.IsChoice[i] ? random.NextDouble() < Escape(i) ? random.NextDouble() : centres[centre][i]
                : Within(i, centres[centre][i], random);
        }

        space.Settle(unit);
        return unit;
    }

    public double LogAt(double[] unit)
    {
        // With many parameters, products would leave the range of numbers; 0 is the logarithm of the even density.
        var logs = new double[centres.Count + 1];
        for (var c = 0; c < centres.Count; c++)
        {
            for (var i = 0; i < unit.Length; i++)
                logs[c] += LogAlong(i, c, unit[i]);
        }

        var highest = logs.Max();
        return highest + Math.Log(logs.Sum(log => Math.Exp(log - highest)) / logs.Length);
    }

    /// <summary>Relative to the even density; where either point lacks the parameter, it says nothing.</summary>
    private double LogAlong(int dimension, int number, double coordinate)
    {
        var centre = centres[number][dimension];
        if (double.IsNaN(centre) || double.IsNaN(coordinate))
            return double.IsNaN(centre) == double.IsNaN(coordinate) ? 0 : LogOfHalf;
        if (space.IsChoice[dimension])
        {
            var escape = Escape(dimension);
            return Math.Log((centre == coordinate ? (1 - escape) * space.Levels[dimension] : 0) + escape);
        }

        var z = (coordinate - centre) / Width(dimension);
        return -0.5 * z * z + logScales[number][dimension];
    }

    /// <summary>What makes a kernel within [0, 1] a density; 0 where it is none.</summary>
    private double LogScale(int dimension, double centre)
    {
        if (double.IsNaN(centre) || space.IsChoice[dimension])
            return 0;
        var width = Width(dimension);
        var inside = Models.Normal.Mass((1 - centre) / width) - Models.Normal.Mass(-centre / width);
        return Models.Normal.LogDensity(0) - Math.Log(width * inside);
    }

    private double Width(int dimension) =>
        Math.Max(deviations[dimension], space.Levels[dimension] > 0 ? 0.5 / space.Levels[dimension] : 0);

    /// <summary>The probability of any value instead of the centre's.</summary>
    private double Escape(int dimension) => Math.Min(0.5, space.Levels[dimension] / (centres.Count + (double)space.Levels[dimension]));

    private double Within(int dimension, double centre, KeyedRandom random)
    {
        while (true)
        {
            var coordinate = centre + deviations[dimension] * random.NextGaussian();
            if (coordinate is >= 0 and <= 1)
                return coordinate;
        }
    }

    /// <summary>The deviation of the points in one parameter, the even kernel counted as one of them.</summary>
    private double Spread(int dimension)
    {
        double[] active = [.. centres.Select(centre => centre[dimension]).Where(coordinate => !double.IsNaN(coordinate))];
        var mean = active.DefaultIfEmpty(0).Average();
        return Math.Sqrt((active.Sum(coordinate => (coordinate - mean) * (coordinate - mean)) + EvenVariance) / (active.Length + 1));
    }
}
