using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Experiments.Champions;

/// <summary>Holds the best model of an experiment against the champion of its name, until one of them is it.</summary>
internal sealed class Contest(OrchestrationContext context, string experiment, ExperimentPlan plan, ContestTerms terms)
{
    private const string WasMeasuredThen = "as it was when that was promoted";

    /// <param name="best">The best trial.</param>
    /// <param name="test">Its metrics on samples that no trial has seen; null when it was not measured on any.</param>
    public async Task RunAsync(TrialResult best, IReadOnlyDictionary<string, double>? test)
    {
        double? value = terms.IsMeasured && !terms.OnValidation ? (test?.TryGetValue(terms.Metric, out var measured) is true ? measured : null) : best.Value;
        // Nothing to be compared by: the champion stays.
        if (value is null)
            return;
        while (true)
        {
            var champion = await context.CallAsync(WorkflowNames.ReadChampion, experiment);
            var challenge = new ChampionChallenge
            {
                Experiment = experiment,
                Trial = best.Trial,
                At = context.UtcNow,
                Terms = terms,
                Value = value.Value,
                Rival = champion is null ? null : await RivalAsync(champion, best),
            };
            if (await context.CallAsync(WorkflowNames.Challenge, challenge))
                return;
            // Another was promoted meanwhile, which is now the one to be better than.
        }
    }

    private async Task<Rival> RivalAsync(ChampionModel champion, TrialResult best)
    {
        if (!terms.IsMeasured || champion.Checkpoint is null)
            return new Rival(champion.Experiment, champion.Value, WasMeasuredThen);
        try
        {
            var request = new EvaluationRequest
            {
                Experiment = experiment,
                Trial = champion.Trial,
                Point = best.Point,
                Checkpoint = champion.Checkpoint,
                Rival = champion.Model,
                OnValidation = terms.OnValidation,
            };
            var metrics = await context.CallAsync(WorkflowNames.Evaluate.In(plan.Pool), request, WorkerRetries.Of(plan.Failure.Retries));
            return metrics.TryGetValue(terms.Metric, out var value)
                ? new Rival(champion.Experiment, value, null)
                : new Rival(champion.Experiment, null, $"it has no {terms.Metric}");
        }
        catch (ActivityFailedException exception)
        {
            return new Rival(champion.Experiment, null, exception.Failure.Message.TrimEnd('.'));
        }
    }
}

/// <summary>A champion, as workers measure it.</summary>
/// <param name="Experiment">The experiment that found it.</param>
/// <param name="Trial">The trial of it.</param>
/// <param name="Value">What it reached when it was promoted.</param>
/// <param name="Model">Where it is described.</param>
/// <param name="Checkpoint">Path of its weights; null where a command trained it.</param>
public sealed record ChampionModel(string Experiment, int Trial, double Value, RivalModel Model, string? Checkpoint);

/// <summary>The best model of an experiment wants to be the champion of its name.</summary>
public sealed record ChampionChallenge
{
    public required string Experiment { get; init; }

    public required int Trial { get; init; }

    public required DateTimeOffset At { get; init; }

    public required ContestTerms Terms { get; init; }

    /// <summary>What it reached.</summary>
    public required double Value { get; init; }

    /// <summary>The champion that it was held against; null when there was none.</summary>
    public Rival? Rival { get; init; }
}
