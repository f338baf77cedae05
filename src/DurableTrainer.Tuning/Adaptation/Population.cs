using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>
/// The trials that reported after the same number of epochs, running or not, by how good they were: the better value first, with several
/// objectives the lower Pareto front, and within one who stands more alone. Values that are not finite come last.
/// </summary>
internal sealed class Population
{
    private readonly Dictionary<int, int> places;

    private Population(Dictionary<int, int> places) => this.places = places;

    /// <param name="objectives">What is better than what.</param>
    /// <param name="trials">All trials, by number.</param>
    /// <param name="epoch">Who reported at exactly that epoch is in it.</param>
    public static Population At(IReadOnlyList<ObjectiveSpec> objectives, IReadOnlyList<TrialRecord> trials, int epoch)
    {
        var (numbers, losses) = (new List<int>(), new List<double[]>());
        for (var trial = 0; trial < trials.Count; trial++)
        {
            if (trials[trial].ReportAt(epoch) is not { } values)
                continue;
            numbers.Add(trial);
            losses.Add(Comparison.LossOf(objectives, values));
        }

        var ordered = objectives.Count == 1 ? Places([.. losses.Select(loss => loss[0])]) : Crowding.Places(losses);
        return new(numbers.Zip(ordered).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    public int Count => places.Count;

    /// <summary>How many the best quarter are, and the worst: rounded up, but no more than half, so that nobody is in both.</summary>
    public int Quarter => Math.Min((Count + 3) / 4, Count / 2);

    /// <summary>How many are better, plus one: equals share a place.</summary>
    public int PlaceOf(int trial) => places[trial];

    /// <summary>Whether a trial, the last to have reported, is in the worst quarter; equals that reported before it come first.</summary>
    public bool IsAmongWorst(int trial) => places.Values.Count(place => place <= places[trial]) > Count - Quarter;

    private static int[] Places(double[] losses)
    {
        var first = new Dictionary<double, int>();
        var place = 1;
        foreach (var loss in losses.Order())
            first.TryAdd(loss, place++);
        return [.. losses.Select(loss => first[loss])];
    }
}
