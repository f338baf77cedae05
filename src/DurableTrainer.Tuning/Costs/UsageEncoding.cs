using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Costs;

/// <summary>
/// Points as numbers in which costs are simple: positive numbers by their logarithm, so that products become sums; others as they are; choices
/// a number for each. All from -1 to 1, and 0 where a parameter is not active.
/// </summary>
internal sealed class UsageEncoding
{
    private readonly SearchSpace space;
    private readonly Feature[] features;

    public UsageEncoding(SearchSpace space)
    {
        this.space = space;
        features = [.. space.Parameters.SelectMany((parameter, i) => FeaturesOf(parameter).Select(of => new Feature(i, of)))];
    }

    public int Count => features.Length;

    /// <summary>The parameter of each number.</summary>
    public int ParameterOf(int feature) => features[feature].Parameter;

    public double[] Of(Point point)
    {
        Span<double> unit = stackalloc double[space.Parameters.Count];
        space.Encode(point, unit);
        return Of(unit);
    }

    /// <param name="unit">The coordinates of a point, no number where a parameter is not active.</param>
    public double[] Of(ReadOnlySpan<double> unit)
    {
        var encoded = new double[features.Length];
        for (var i = 0; i < encoded.Length; i++)
        {
            var coordinate = unit[features[i].Parameter];
            encoded[i] = double.IsNaN(coordinate) ? 0 : features[i].Of(Math.Clamp(coordinate, 0, 1));
        }

        return encoded;
    }

    private static IEnumerable<Func<double, double>> FeaturesOf(Parameter parameter) => parameter switch
    {
        _ when parameter.Cardinality == 1 => [],
        FloatParameter { Step: null, Scale: ParameterScale.Log } => [coordinate => 2 * coordinate - 1],
        FloatParameter { Step: null } real => [Scaled(real.Min, real.Max, coordinate => real.Min + coordinate * (real.Max - real.Min))],
        FloatParameter real => [Scaled(real.Min, real.Max, coordinate => real.Decode(Below(coordinate)).Number)],
        IntParameter whole => [Scaled(whole.Min, whole.Max, coordinate => whole.Decode(Below(coordinate)).Number)],
        OrdinalParameter listed when listed.Values.All(value => value.IsNumber) => [ByPlace(listed, Scaled(
            listed.Values.Min(value => value.Number), listed.Values.Max(value => value.Number), place => listed.Values[(int)place].Number))],
        OrdinalParameter listed => [ByPlace(listed, place => 2 * place / (listed.Values.Count - 1) - 1)],
        ListedParameter listed => Enumerable.Range(0, listed.Values.Count).Select(own => ByPlace(listed, place => place == own ? 1 : 0)),
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter, "There is no such kind of parameter."),
    };

    private static Func<double, double> Scaled(double min, double max, Func<double, double> valueAt)
    {
        if (min <= 0)
            return at => 2 * (valueAt(at) - min) / (max - min) - 1;
        var (low, range) = (Math.Log(min), Math.Log(max) - Math.Log(min));
        return at => 2 * (Math.Log(valueAt(at)) - low) / range - 1;
    }

    private static Func<double, double> ByPlace(ListedParameter listed, Func<double, double> of)
    {
        double[] known = [.. Enumerable.Range(0, listed.Values.Count).Select(place => of(place))];
        return coordinate => known[(int)(Below(coordinate) * known.Length)];
    }

    private static double Below(double coordinate) => Math.Min(coordinate, 1 - 1e-12);

    private readonly record struct Feature(int Parameter, Func<double, double> Of);
}
