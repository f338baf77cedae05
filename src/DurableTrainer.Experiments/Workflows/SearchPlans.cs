using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Champions;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Transfer;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>Makes the plan of the workflows from a spec.</summary>
public static class SearchPlans
{
    /// <param name="spec">The spec.</param>
    /// <param name="transferred">What was taken over from earlier experiments.</param>
    /// <param name="weight">The tenant's share of the pool, beside the weights of others.</param>
    /// <param name="replay">The lineage of a model to train again instead of searching.</param>
    /// <param name="expected">What it is expected to use, by an earlier one like it.</param>
    public static ExperimentPlan Of(
        ExperimentSpec spec, IReadOnlyList<TransferredTrial>? transferred = null, double weight = 1, IReadOnlyList<Segment>? replay = null,
        ExpectedUsage? expected = null)
    {
        // A command reports what it likes of its test data; it is not asked again.
        var training = spec.Training.RunsCommand ? null : spec.Training.Bind(AnyPoint(spec));
        var hasTestData = training?.Data.Split.Test > 0;
        return new ExperimentPlan
        {
            Search = SearchOf(spec) with { Transferred = transferred ?? [], Replay = replay ?? [] },
            Budget = spec.Budget,
            Failure = spec.Failure,
            Pool = spec.Quota.Pool,
            Tenant = spec.Quota.Tenant,
            Asked = AskedAmounts.Of(spec, replay is null ? spec.Budget.Trials : 1, expected),
            OnExceed = spec.Quota.OnExceed,
            Weight = weight,
            Limits = spec.Limits,
            Lanes = LanesOf(spec),
            // More threads take more memory: whether a trial keeps within its limit must not depend on who else runs.
            Allocation = spec.Limits.Memory is null ? spec.Quota.Allocation : Allocation.Even,
            Fills = training?.Parallel is PipelineParallelSpec { Fill: not null },
            HasTestData = hasTestData,
            // What is trained again has been challenging before.
            Contest = replay is null ? ContestTerms.Of(spec, hasTestData) : null,
        };
    }

    public static SearchSettings SearchOf(ExperimentSpec spec) => new()
    {
        Seed = spec.Seed,
        Objectives = spec.Objective,
        Space = spec.Space,
        Constraints = spec.Constraints,
        Tuner = spec.Tuner,
        Scheduler = spec.Scheduler,
        Adaptation = spec.Adaptation,
        Convergence = spec.Convergence,
        Trials = spec.Budget.Trials,
        Limits = spec.Limits is { Memory: null, CpuTime: null, WallClock: null } ? null : spec.Limits,
        // Who trains elsewhere alone knows how long.
        Epochs = spec.Training.Json["epochs"] is { } epochs ? epochs.Deserialize<ParameterValue>(SpecJson.Options) : int.MaxValue,
    };

    /// <summary>Trials at once: what the budget says, within the workers that the quota allows.</summary>
    public static int LanesOf(ExperimentSpec spec) => Math.Min(spec.Budget.Parallel, spec.Quota.Workers ?? int.MaxValue);

    /// <summary>The middle of the space, for questions whose answer is the same at every point.</summary>
    public static Point AnyPoint(ExperimentSpec spec)
    {
        var unit = new double[spec.Space.Count];
        Array.Fill(unit, 0.5);
        return SearchSpace.Of(spec).Decode(unit);
    }
}
