using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>
/// The exploring of population-based training (Jaderberg et al., Population Based Training of Neural Networks, 2017): each adjustable
/// number becomes a fifth larger or smaller, an ordered value moves by one place, and now and then any of them is drawn anew.
/// </summary>
internal sealed class Perturbation(SearchSettings settings, UnitSpace space) : Explorer(space)
{
    private const double ResampleProbability = 0.25;
    private const double Change = 0.2;

    /// <summary>Changes that are tried before the constraints of the space are held to allow none.</summary>
    private const int MostTries = 20;

    private readonly Dictionary<string, Parameter> adjustable =
        settings.Space.Where(parameter => parameter.Adjustable).ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);

    public override Point Explore(TunerState state, int trial, Milestone donor, Point point)
    {
        var random = new KeyedRandom(settings.Seed, "adaptation/perturb", trial, donor.Epoch);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var changed = With(point, (name, value) => adjustable.TryGetValue(name, out var parameter) ? Perturb(parameter, value, random) : value);
            if (Space.Satisfies(changed))
                return changed;
        }

        return point;
    }

    private static ParameterValue Perturb(Parameter parameter, ParameterValue value, KeyedRandom random)
    {
        if (random.NextDouble() < ResampleProbability)
            return parameter.Decode(random.NextDouble());
        if (parameter is ChoiceParameter)
            return value;
        var direction = random.NextDouble() < 0.5 ? 1 : -1;
        // At a bound it turns round: staying would explore nothing.
        return Moved(parameter, value, direction) is var moved && moved != value ? moved : Moved(parameter, value, -direction);
    }

    private static ParameterValue Moved(Parameter parameter, ParameterValue value, int direction) => parameter switch
    {
        ListedParameter listed => listed.Values[Math.Clamp(listed.IndexOf(value) + direction, 0, listed.Values.Count - 1)],
        IntParameter whole => Moved(parameter, value.Number, direction, whole.Min, whole.Max, whole.Step),
        FloatParameter real => Moved(parameter, value.Number, direction, real.Min, real.Max, real.Step ?? 0),
        _ => value,
    };

    /// <summary>A fifth up or down, at least a step, to the nearest value that there is.</summary>
    private static ParameterValue Moved(Parameter parameter, double value, int direction, double min, double max, double step) =>
        parameter.Decode(parameter.Encode(Math.Clamp(value + direction * Math.Max(Change * Math.Abs(value), step), min, max)));
}
