using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Quotas;
using DurableTrainer.Tuning.Transfer;

namespace DurableTrainer.Experiments.Submission;

/// <summary>What an experiment would do at most, before anything of it has run.</summary>
public sealed record ExperimentForecast
{
    private const int ProbedTrials = 64;

    /// <summary>Completed with defaults.</summary>
    public required ExperimentSpec Spec { get; init; }

    /// <summary>The data and the models; null where a command trains, of which nothing is known.</summary>
    public ModelForecast? Model { get; init; }

    /// <summary>How quick the units of a trial are; null where it has none, or they do not wait for each other.</summary>
    public ParallelForecast? Parallel { get; init; }

    /// <summary>The files that the command names, where one trains.</summary>
    public IReadOnlyList<string>? CommandFiles { get; init; }

    /// <summary>How many distinct points there are; null when there is no end of them.</summary>
    public double? Points { get; init; }

    /// <summary>Trials at most.</summary>
    public required int Trials { get; init; }

    /// <summary>Trials at once.</summary>
    public required int Lanes { get; init; }

    /// <summary>What it asks of its tenant's quota.</summary>
    public required Amounts Asked { get; init; }

    /// <summary>What the quota has too little of now; none before it was looked at.</summary>
    public IReadOnlyList<Excess> Exceeded { get; init; } = [];

    /// <summary>How trials are compared, if all have the most epochs.</summary>
    public required IReadOnlyList<Bracket> Brackets { get; init; }

    /// <summary>Epochs if no trial stops early.</summary>
    public required long WorstCaseEpochs { get; init; }

    /// <summary>Epochs if each rung lets through no more than its share; null where rungs have none.</summary>
    public long? HalvingEpochs { get; init; }

    /// <summary>What it is expected to use; null where no earlier experiment tells.</summary>
    public UsageOutlook? Expected { get; init; }

    /// <summary>The first points that the tuner would try.</summary>
    public required IReadOnlyList<Point> FirstPoints { get; init; }

    /// <param name="experiment">What would be run.</param>
    /// <param name="store">Has the earlier experiments that it is to start from.</param>
    /// <param name="cancellation">Ends the reading of these.</param>
    /// <exception cref="SpecException">An experiment that it is to start from cannot be started from.</exception>
    public static async Task<ExperimentForecast> OfAsync(PreparedExperiment experiment, ArtifactStore store, CancellationToken cancellation = default)
    {
        var spec = experiment.Spec;
        var outlook = await UsageOutlook.OfAsync(store, spec, cancellation);
        return Of(experiment, await EarlierExperiments.ReadAsync(store, spec, cancellation)) with
        {
            Expected = outlook,
            Asked = AskedAmounts.Of(spec, spec.Budget.Trials, outlook?.Usage),
        };
    }

    private static ExperimentForecast Of(PreparedExperiment experiment, IReadOnlyList<TransferredTrial> transferred)
    {
        var (spec, data) = (experiment.Spec, experiment.Data);
        var space = SearchSpace.Of(spec);
        var proposals = Propose(SearchPlans.Of(spec, transferred).Search, Math.Min(spec.Budget.Trials, ProbedTrials));
        var trials = (int)Math.Min(spec.Budget.Trials, space.Cardinality);
        var points = proposals.ConvertAll(proposal => proposal.Point!);
        var epochs = points.Max(spec.Training.EpochsAt);
        var brackets = Tuner.Brackets(spec.Scheduler, epochs, trials);
        return new ExperimentForecast
        {
            Spec = spec,
            Model = spec.Training.RunsCommand ? null : ModelForecast.Of(spec, data, points, (long)trials * epochs),
            Parallel = spec.Training.RunsCommand ? null : ParallelForecast.Of(spec, data, points[0]),
            CommandFiles = data.Files,
            Points = double.IsFinite(space.Cardinality) ? space.Cardinality : null,
            Trials = trials,
            Lanes = SearchPlans.LanesOf(spec),
            Asked = Amounts.None,
            Brackets = brackets,
            WorstCaseEpochs = (long)trials * epochs,
            HalvingEpochs = spec.Scheduler switch
            {
                AshaSpec asha => brackets.Sum(bracket => Halving(bracket, asha.Reduction)),
                HyperbandSpec hyperband => brackets.Sum(bracket => Halving(bracket, hyperband.Reduction)),
                _ => null,
            },
            FirstPoints = [.. points.Take(3)],
        };
    }

    private static List<Proposal> Propose(SearchSettings settings, int count)
    {
        var tuner = new Tuner(settings);
        var state = tuner.Start();
        var proposals = new List<Proposal>();
        for (var trial = 0; trial < count; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            if (proposal.Point is null)
                break;
            proposals.Add(proposal);
        }

        return proposals;
    }

    private static long Halving(Bracket bracket, int reduction)
    {
        var (epochs, before, left) = (0L, 0, bracket.Trials);
        foreach (var rung in bracket.Rungs)
        {
            epochs += (long)left * (rung - before);
            before = rung;
            left = Math.Min(left, Math.Max(1, left / reduction));
        }

        return epochs;
    }
}
