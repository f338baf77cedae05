using static System.FormattableString;

namespace DurableTrainer.Core.Space;

/// <summary>What a parameter must keep to by itself.</summary>
internal static class ParameterRules
{
    public static IEnumerable<(string Field, string Message)> Range(double min, double max, double? step, ParameterScale scale)
    {
        if (min == max)
            yield return ("max", Invariant($"is {max} like \"min\", must be larger; a parameter with one value is better written in its place"));
        else if (min > max)
            yield return ("max", Invariant($"is {max}, must be larger than \"min\", which is {min}"));
        else if (!double.IsFinite(max - min))
            yield return ("max", Invariant($"is {max}, must be less far from \"min\", which is {min}"));
        else if (step > max - min)
            yield return ("step", Invariant($"is {step}, must fit between \"min\" and \"max\", which are {max - min} apart"));
        if (scale == ParameterScale.Log && min <= 0)
            yield return ("min", Invariant($"is {min}, must be more than 0 on a logarithmic scale"));
    }

    public static IEnumerable<(string Field, string Message)> Distinct(IReadOnlyList<ParameterValue> values)
    {
        var seen = new HashSet<ParameterValue>();
        foreach (var value in values)
        {
            if (!seen.Add(value))
                yield return ("values", $"lists {value} twice, each value may be there once");
        }
    }
}
