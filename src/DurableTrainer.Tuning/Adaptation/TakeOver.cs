using System.Globalization;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.History;
using static System.FormattableString;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>
/// Exploit and explore at a milestone (Jaderberg et al. 2017, truncation selection): a trial of the worst quarter of those that reached it
/// takes over the model of one of the best quarter, as that was at the same milestone, and goes on with other values of adjustable
/// parameters.
/// </summary>
internal sealed class TakeOver(SearchSettings settings, UnitSpace space)
{
    private readonly Explorer explorer = Explorer.Create(settings, space);

    /// <param name="state">With the report of a trial at a milestone.</param>
    /// <param name="trial">Who has reported.</param>
    /// <param name="epoch">The milestone.</param>
    /// <returns>What the trial goes on with and why; null when it goes on as it was.</returns>
    public (Adjustment Adjustment, string Reason)? At(TunerState state, int trial, int epoch)
    {
        var population = Population.At(settings.Objectives, state.Trials, epoch);
        if (!population.IsAmongWorst(trial))
            return null;
        var places = Math.Min(population.Quarter, Retention.Most);
        var donors = Retention.Best(population, state, state.Milestones, epoch, places)
            .Where(milestone => population.PlaceOf(milestone.Trial) < population.PlaceOf(trial))
            .Take(places).ToList();
        if (donors.Count == 0)
            return null;

        var donor = donors[new KeyedRandom(settings.Seed, "adaptation/donor", trial, epoch).NextInt32(donors.Count)];
        var before = state.Trials[donor.Trial].PointIn(space.Inner, epoch);
        var point = explorer.Explore(state, trial, donor, before);
        var adjustment = new Adjustment { Point = point, From = donor, Lineage = Lineage.Of(space.Inner, state.Trials, donor.Trial, epoch) };
        return (adjustment, $"cloned trial {donor.Trial} at epoch {epoch}: {Describe(state, population, trial, donor)}{Changes(before, point)}");
    }

    private string Describe(TunerState state, Population population, int trial, Milestone donor)
    {
        var worst = population.Quarter == 1 ? "the worst" : "among the worst quarter";
        if (settings.Objectives.Count == 1)
            return Invariant($"{ValueOf(state, trial, donor.Epoch):0.####} is {worst} of {population.Count}, trial {donor.Trial} had {ValueOf(state, donor.Trial, donor.Epoch):0.####}");
        var names = string.Join(" and ", settings.Objectives.Select(objective => objective.Metric));
        return Invariant($"place {population.PlaceOf(trial)} by {names} together is {worst} of {population.Count}, trial {donor.Trial} had place {population.PlaceOf(donor.Trial)}");
    }

    private static string Changes(Point before, Point after)
    {
        var changes = after.Where(pair => before[pair.Key] != pair.Value).Select(pair => $"{pair.Key} {Shown(before[pair.Key])} -> {Shown(pair.Value)}").ToList();
        return changes.Count == 0 ? "" : $"; {string.Join(", ", changes)}";
    }

    private static string Shown(ParameterValue value) =>
        value.IsNumber && !double.IsInteger(value.Number) ? value.Number.ToString("G4", CultureInfo.InvariantCulture) : value.ToString();

    private static double ValueOf(TunerState state, int trial, int epoch) => state.Trials[trial].ReportAt(epoch)![0];
}
