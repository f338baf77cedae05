using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Activities;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Experiments;

/// <summary>Everything that an engine needs to run experiments.</summary>
public static class ExperimentWorkflows
{
    public static DurableRegistry Register(DurableRegistry registry, ExperimentServices services)
    {
        var events = new EventLog(services.Store, services.Happened, services.Loggers);
        registry
            .Add(WorkflowNames.Experiment, () => new ExperimentOrchestrator())
            .Add(WorkflowNames.Trial, () => new TrialOrchestrator())
            .Add(WorkflowNames.Dismissal, () => new DismissalOrchestrator())
            .Add(WorkflowNames.TunerEntity, () => new TunerEntity())
            .Add(WorkflowNames.LedgerEntity, () => new LedgerEntity());
        Add(WorkflowNames.LoadPlan, () => new LoadPlanActivity(services.Store));
        Add(WorkflowNames.ReadQuota, () => new ReadQuotaActivity(services.Store));
        Add(WorkflowNames.MeasureStorage, () => new MeasureStorageActivity(services.Store));
        // One at a time: a log keeps the order in which things happened.
        Add(WorkflowNames.RecordEvents, () => new RecordEventsActivity(events), maxConcurrency: 1);
        Add(WorkflowNames.EndTrial, () => new EndTrialActivity(services.Store, events));
        Add(WorkflowNames.DeleteMilestones, () => new DeleteMilestonesActivity(services.Store));
        Add(WorkflowNames.RaiseStopFlag, () => new RaiseStopFlagActivity(services.Store));
        Add(WorkflowNames.ReadTrial, () => new ReadTrialActivity(services.Store));
        Add(WorkflowNames.ReadChampion, () => new ReadChampionActivity(services.Store));
        Add(WorkflowNames.Challenge, () => new ChallengeActivity(services.Store, events));
        Add(WorkflowNames.EndExperiment, () => new EndExperimentActivity(services.Store, events));
        AddPools(registry, services, events);
        return registry;

        void Add<TInput, TOutput>(ActivityName<TInput, TOutput> name, Func<Activity<TInput, TOutput>> create, int? maxConcurrency = null) =>
            registry.Add(name, () => new GuardedActivity<TInput, TOutput>(create(), services.Faults), maxConcurrency);
    }

    /// <summary>Only what the pools do, for a host that is nothing but their workers' and leaves all else to others.</summary>
    public static DurableRegistry RegisterPools(DurableRegistry registry, ExperimentServices services)
    {
        AddPools(registry, services, new EventLog(services.Store, services.Happened, services.Loggers));
        return registry;
    }

    private static void AddPools(DurableRegistry registry, ExperimentServices services, EventLog events)
    {
        foreach (var (name, pool) in services.Pools)
        {
            // All at once: it is the pool that knows whose turn it is.
            registry.Add(
                WorkflowNames.RunSlice.In(name),
                () => new GuardedActivity<SliceRequest, SliceResult>(new RunSliceActivity(pool, events), services.Faults));
            registry.Add(
                WorkflowNames.Evaluate.In(name),
                () => new GuardedActivity<EvaluationRequest, IReadOnlyDictionary<string, double>>(new EvaluateActivity(pool, events), services.Faults));
        }
    }
}
