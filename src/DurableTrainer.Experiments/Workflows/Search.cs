using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Champions;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Quotas;
using DurableTrainer.Tuning.Results;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>The trials of an experiment in flight, what they have used and found, and what ends the search.</summary>
internal sealed class Search
{
    private readonly OrchestrationContext context;
    private readonly string experiment;
    private readonly ExperimentPlan plan;
    private readonly Dictionary<int, Task<TrialResult>> running = [];

    /// <summary>
    /// Running time per lane: a trial adds to the clock of the lane that it takes. The latest clock is the time that the experiment
    /// has run, and time while nothing ran is not in it.
    /// </summary>
    private readonly TimeSpan[] lanes;

    private ExperimentProgress progress;
    private bool exhausted;
    private string? reason;
    private ExperimentStatus status = ExperimentStatus.Completed;

    public Search(OrchestrationContext context, ExperimentInput input, ExperimentPlan plan)
    {
        this.context = context;
        this.plan = plan;
        experiment = input.Experiment;
        progress = input.Progress ?? new ExperimentProgress { Lanes = new TimeSpan[plan.Lanes] };
        lanes = [.. progress.Lanes];
    }

    public int NextTrial => progress.NextTrial;

    public ExperimentProgress Progress => progress with { Lanes = [.. lanes] };

    /// <summary>Whether what is in flight has been asked to return early.</summary>
    public bool IsStopping { get; private set; }

    public bool HasMoreToTry => !IsStopping && !exhausted && NextTrial < plan.Budget.Trials;

    public bool HasRoom => HasMoreToTry && running.Count < lanes.Length;

    public bool IsRunning => running.Count > 0;

    public Task NextEnd => Task.WhenAny(running.Values);

    private EntityId Tuner => WorkflowNames.Tuner(experiment);

    public async Task StartAsync()
    {
        await context.CallAsync(Tuner, WorkflowNames.StartTuner, plan.Search);
        await RecordAsync(Event(ExperimentEventType.ExperimentStarted, "started"));
    }

    /// <summary>Starts the next trial in a free lane, if there is a point left to try.</summary>
    public async Task StartTrialAsync()
    {
        var proposal = await context.CallAsync(Tuner, WorkflowNames.Propose, NextTrial);
        if (proposal.Point is null)
        {
            exhausted = true;
            return;
        }

        var start = new TrialStart(experiment, proposal.Trial, proposal.ToEpoch, context.UtcNow);
        if (await context.CallAsync(WorkflowNames.Ledger(plan.Tenant), WorkflowNames.Begin, start) is { } spent)
        {
            await StopAsync(spent, ExperimentStatus.QuotaExhausted);
            return;
        }

        var lane = Enumerable.Range(0, lanes.Length).First(free => !running.ContainsKey(free));
        var trial = new TrialInput
        {
            Experiment = experiment,
            Pool = plan.Pool,
            Share = new PoolShare(plan.Tenant, plan.Weight),
            Limits = plan.Limits,
            Objectives = plan.Search.Objectives,
            Proposal = proposal,
            Retries = plan.Failure.Retries,
            Allocation = plan.Allocation,
            Fills = plan.Fills,
            MaxWallClock = plan.Budget.WallClock - lanes[lane],
        };
        running[lane] = context.CallAsync(WorkflowNames.Trial, trial, WorkflowNames.TrialInstance(experiment, proposal.Trial));
        progress = progress with { NextTrial = NextTrial + 1 };
    }

    /// <summary>Takes in the trials that have ended and sees whether one of them, or what they used, ends the search.</summary>
    public async Task TakeEndedTrialsAsync()
    {
        foreach (var (lane, task) in running.Where(pair => pair.Value.IsCompleted).OrderBy(pair => pair.Key).ToList())
        {
            running.Remove(lane);
            var result = await task;
            lanes[lane] += result.Usage.WallClock;
            progress = progress with
            {
                Usage = progress.Usage + result.Usage,
                FailedTrials = progress.FailedTrials + (result.Status == TrialStatus.Failed ? 1 : 0),
                Best = IsBetter(result, progress.Best) ? result : progress.Best,
            };
            if (!IsStopping && WhyStop(result) is var (why, how))
                await StopAsync(why, how);
        }
    }

    /// <summary>Starts nothing more, and asks what is in flight to return early.</summary>
    public async Task StopAsync(string because, ExperimentStatus how)
    {
        (IsStopping, reason, status) = (true, because, how);
        if (!IsRunning)
            return;
        await RecordAsync(Event(ExperimentEventType.ExperimentEnding, "ending") with { Message = because });
        // Where the quota is nearly spent, every trial hears of it when its slice is charged, and what it has begun is worth more when it is done.
        if (how != ExperimentStatus.QuotaExhausted)
            await context.CallAsync(WorkflowNames.RaiseStopFlag, experiment);
    }

    /// <summary>Measures the best model, exports it and writes the result.</summary>
    public async Task<ExperimentOutcome> HandOverAsync()
    {
        var findings = await context.CallAsync(Tuner, WorkflowNames.Conclude, new Unit());
        var believed = await BelievedAsync(findings.Best);
        var best = believed ?? progress.Best;
        reason ??= exhausted
            ? $"space exhausted: all {NextTrial} points have been tried"
            : $"budget: all {plan.Budget.Trials} trials are done";
        if (best is null && status == ExperimentStatus.Completed)
            (status, reason) = (ExperimentStatus.Failed, $"no trial succeeded ({reason})");

        IReadOnlyDictionary<string, double>? test = null;
        try
        {
            // Cancelling must not need the data.
            if (best is not null && plan.HasTestData && status != ExperimentStatus.Cancelled)
                test = await TestAsync(best);
        }
        catch (ActivityFailedException exception)
        {
            // What was found is worth more than its last measurement.
            reason += $"; the best model could not be measured on test data: {exception.Failure.Message}";
        }

        if (best is not null && plan.Contest is { } terms && status is ExperimentStatus.Completed or ExperimentStatus.QuotaExhausted)
            await new Contest(context, experiment, plan, terms).RunAsync(best, test);
        await context.CallAsync(WorkflowNames.EndExperiment, new ExperimentEnding
        {
            Experiment = experiment,
            Status = status,
            Reason = reason,
            Best = best,
            IsBelieved = believed is not null,
            Experts = findings.Experts,
            Test = test,
            Trials = NextTrial,
            Usage = progress.Usage,
            Event = Event(ExperimentEventType.ExperimentEnded, "ended") with
            {
                Trial = best?.Trial,
                Value = best?.Value,
                Status = status.ToString().ToLowerInvariant(),
                Message = reason,
            },
        });
        return new ExperimentOutcome(status, reason, NextTrial, best);
    }

    /// <summary>The trial that a model chose because values are noisy; null when the best that was seen is the best.</summary>
    private async Task<TrialResult?> BelievedAsync(BestTrial? chosen)
    {
        // Who asked for a target gets the trial that met it.
        if (chosen is not { IsBelieved: true } || progress.Best is not { } seen || Objectives.AreReached(plan.Search.Objectives, seen.Values!))
            return null;
        var summary = await context.CallAsync(WorkflowNames.ReadTrial, new TrialId(experiment, chosen.Trial));
        return summary is not { Value: { } value, Checkpoint: { } checkpoint } ? null : new TrialResult
        {
            Trial = summary.Trial,
            Status = summary.Status,
            Point = summary.Point,
            Value = value,
            Values = Objectives.ValuesIn(plan.Search.Objectives, summary.Metrics!),
            Checkpoint = checkpoint,
            Usage = summary.Usage ?? Usage.None,
        };
    }

    private async Task<IReadOnlyDictionary<string, double>> TestAsync(TrialResult best)
    {
        var request = new EvaluationRequest
        {
            Experiment = experiment,
            Trial = best.Trial,
            Point = best.Point,
            Checkpoint = best.Checkpoint!,
        };
        return await context.CallPoolAsync(WorkflowNames.Evaluate, plan.Pool, request, WorkerRetries.Of(plan.Failure.Retries));
    }

    private (string Reason, ExperimentStatus Status)? WhyStop(TrialResult result)
    {
        if (result.EndsExperiment is { } aim)
            return (aim, ExperimentStatus.Completed);
        if (result.QuotaSpent is { } spent)
            return (spent, ExperimentStatus.QuotaExhausted);
        if (plan.Failure.MaxFailedTrials < progress.FailedTrials)
            return ($"{progress.FailedTrials} trials failed, more than the {plan.Failure.MaxFailedTrials} that are forgiven", ExperimentStatus.Failed);
        if (plan.Budget.WallClock is { } wall && lanes.Max() >= wall)
            return ($"budget: {Seconds(wall)} of running time are spent", ExperimentStatus.Completed);
        if (plan.Budget.CpuTime is { } cpu && progress.Usage.CpuTime >= cpu)
            return ($"budget: {Seconds(cpu)} of CPU time are spent", ExperimentStatus.Completed);
        return null;
    }

    private bool IsBetter(TrialResult result, TrialResult? best) =>
        result is { Values: { } values, Checkpoint: not null } &&
        (best is null || Objectives.IsBetter(plan.Search.Objectives, values, best.Values!) ||
         // Of equal trials the first one wins, whichever ended first.
         (values.SequenceEqual(best.Values!) && result.Trial < best.Trial));

    private Task<Unit> RecordAsync(ExperimentEvent what) => context.CallAsync(WorkflowNames.RecordEvents, new EventBatch(experiment, [what]));

    private ExperimentEvent Event(ExperimentEventType type, string id) => new() { Id = id, Time = context.UtcNow, Type = type };

    private static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.#} s";
}
