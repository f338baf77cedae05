namespace DurableTrainer.Bench.Measuring;

/// <summary>How many rounds are wanted, and when to give up.</summary>
/// <param name="Wanted">Undisturbed rounds.</param>
/// <param name="Most">Rounds in all.</param>
/// <param name="Seconds">That one contestant runs in one round.</param>
internal sealed record RoundPlan(int Wanted, int Most, double Seconds);

/// <summary>One round, in which each contestant ran once.</summary>
/// <param name="Values">What each contestant reached.</param>
/// <param name="Others">Share of the processors that other processes took meanwhile; null where the system does not tell.</param>
/// <param name="Missing">Share of the processors that was not there, in the median of its turns.</param>
internal sealed record Round(double[] Values, double? Others, double Missing = 0)
{
    /// <summary>Above this share of others a round says more about them.</summary>
    public const double MostOthers = 0.04;

    /// <summary>Processors may slow each other down a little; above this share, some of them were not there.</summary>
    public const double MostMissing = 0.1;

    public bool IsQuiet => Others is null or <= MostOthers && Missing <= MostMissing;

    /// <summary>By which rounds are compared: 1 for the most that a quiet one may have.</summary>
    public double Disturbance => Math.Max((Others ?? 0) / MostOthers, Missing / MostMissing);
}

/// <summary>The rounds that count.</summary>
internal sealed record RoundSelection
{
    private readonly IReadOnlyList<Round> rounds;

    private RoundSelection(IReadOnlyList<Round> rounds) => this.rounds = rounds;

    public int Count => rounds.Count;

    /// <summary>How many rounds were run and do not count.</summary>
    public int ThrownAway { get; private init; }

    /// <summary>Whether too few rounds were quiet, so that the quietest of the disturbed ones count too.</summary>
    public bool IsNoisy { get; private init; }

    /// <summary>The largest share that others took in a round that counts; null where the system does not tell.</summary>
    public double? Others => rounds.Max(round => round.Others);

    /// <summary>The largest share of the processors that was missing in a round that counts.</summary>
    public double Missing => rounds.Max(round => round.Missing);

    public static RoundSelection Of(IReadOnlyList<Round> rounds, int wanted)
    {
        Round[] selected = [.. rounds.OrderBy(round => round.Disturbance).Take(wanted)];
        return new RoundSelection(selected)
        {
            ThrownAway = rounds.Count - selected.Length,
            IsNoisy = !selected.All(round => round.IsQuiet),
        };
    }

    public double Median(int contestant) => Statistics.Median(rounds.Select(round => round.Values[contestant]));

    /// <summary>Median of one contestant's value over another's of the same round, which what changes between rounds does not touch.</summary>
    public double MedianRatio(int contestant, int other) =>
        Statistics.Median(rounds.Select(round => round.Values[contestant] / round.Values[other]));

    /// <summary>Runs rounds until enough of them were quiet, or the plan's patience ends.</summary>
    /// <param name="plan">How many.</param>
    /// <param name="contestants">Each runs for the given seconds and tells what it reached.</param>
    /// <param name="processorTime">Reads the clocks before and after a round.</param>
    /// <param name="missing">Measures between the turns how much of the processors is not there.</param>
    public static async Task<RoundSelection> MeasureAsync(
        RoundPlan plan, IReadOnlyList<Func<double, Task<double>>> contestants, Func<ProcessorTime?> processorTime, Func<double> missing)
    {
        var rounds = new List<Round>();
        while (rounds.Count(round => round.IsQuiet) < plan.Wanted && rounds.Count < plan.Most)
        {
            var before = processorTime();
            var (values, absent) = (new double[contestants.Count], new double[contestants.Count]);
            for (var turn = 0; turn < contestants.Count; turn++)
            {
                // There and back again: nobody always comes right after the same one.
                var contestant = rounds.Count % 2 == 0 ? turn : contestants.Count - 1 - turn;
                values[contestant] = await contestants[contestant](plan.Seconds);
                absent[turn] = missing();
            }

            var others = before is { } from && processorTime() is { } to ? ProcessorTime.OthersBetween(from, to) : (double?)null;
            rounds.Add(new Round(values, others, Statistics.Median(absent)));
        }

        return Of(rounds, plan.Wanted);
    }
}
