using DurableTrainer.Core.Expressions;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Agents;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Results;
using DurableTrainer.Tuning.Schedulers;
using DurableTrainer.Tuning.Stopping;

namespace DurableTrainer.Tuning;

/// <summary>
/// Chooses points and decides about trials: state and question in, next state and answer out. No clock, no I/O, no randomness that
/// its seed does not determine. A question that is asked twice gets the same answer and changes nothing.
/// </summary>
public sealed class Tuner
{
    /// <summary>The origin of points that the user asked for.</summary>
    public const string Seeded = "seeded";

    /// <summary>The origin of points that the user tried elsewhere and told the result of.</summary>
    public const string Added = "added";

    private readonly SearchSettings settings;
    private readonly SearchSpace space;
    private readonly UnitSpace unitSpace;
    private readonly Agent agent;
    private readonly Scheduler scheduler;

    /// <summary>The epochs of a trial; null when they are the same for all.</summary>
    private readonly Expression? epochs;

    public Tuner(SearchSettings settings)
    {
        this.settings = settings;
        unitSpace = new UnitSpace(settings);
        space = unitSpace.Inner;
        agent = Agent.Create(settings, unitSpace);
        scheduler = Scheduler.Create(settings.Scheduler);
        epochs = settings.Epochs.IsNumber ? null : Expression.Parse(settings.Epochs.ToString());
    }

    public TunerState Start() => new() { Settings = settings };

    /// <summary>The point of trial number <paramref name="trial"/>. Trials are numbered from 0 without gaps.</summary>
    public (TunerState State, Proposal Proposal) Propose(TunerState state, int trial)
    {
        if (trial < state.Trials.Count)
            return (state, ProposalOf(trial, state.Trials[trial].PointIn(space), state.Trials[trial].Origin));
        if (trial > state.Trials.Count)
            throw new ArgumentOutOfRangeException(nameof(trial), trial, $"The next trial is {state.Trials.Count}.");

        var choice = Choose(state);
        if (choice.Point is not { } point)
            return (choice.State, new Proposal { Trial = trial });
        var record = TrialRecord.Of(space, point, choice.Origin);
        return (choice.State with { Trials = [.. state.Trials, record] }, ProposalOf(trial, point, choice.Origin));
    }

    /// <summary>Takes in a point that the user has tried on their own: a trial like any other, which then ends.</summary>
    /// <exception cref="ArgumentException">It is not a point of the space; the message has all that is wrong with it.</exception>
    public (TunerState State, int Trial) Add(TunerState state, Point point)
    {
        if (space.Problems(point) is { Count: > 0 } problems)
            throw new ArgumentException(string.Join("; ", problems), nameof(point));
        var record = TrialRecord.Of(space, point, Added);
        return (state with { Trials = [.. state.Trials, record] }, state.Trials.Count);
    }

    /// <summary>Takes in what a trial reached and decides what happens with it.</summary>
    public (TunerState State, Decision Decision) Report(TunerState state, TrialReport report)
    {
        var trial = state.Trials[report.Trial];
        if (report.Slice <= trial.LastSlice)
            return (state, trial.LastDecision!);

        var decision = Decide(state, trial, report);
        var next = trial with
        {
            LastSlice = report.Slice,
            LastDecision = decision,
            Objectives = report.Values,
            Rungs = [.. trial.Rungs, new(report.Epoch, report.Values)],
        };
        return (With(state, report.Trial, next), decision);
    }

    /// <summary>Takes in that a trial has ended.</summary>
    /// <returns>Why the whole search has converged, or null when it has not.</returns>
    public (TunerState State, string? Converged) End(TunerState state, TrialEnd end)
    {
        if (state.Trials[end.Trial].Status == TrialStatus.Running)
        {
            var trial = state.Trials[end.Trial];
            trial = trial with { Status = end.Status, Cost = Short(end.Cost), Objectives = end.Values ?? trial.Objectives, LastDecision = null };
            state = With(state, end.Trial, trial);
            state = state with { Ended = [.. state.Ended, end.Trial] };
            // One that was cancelled says nothing about what is left to gain.
            if (settings.Convergence is { Rule: ConvergenceRule.Regret } regret && end.Status != TrialStatus.Cancelled)
                state = state with { Settled = Regret.Count(regret, new SearchHistory(settings, unitSpace, state), state.Settled) };
        }

        return (state, WhyConverged(state));
    }

    /// <summary>
    /// The best of the trials that have ended: by their values, or by what a model believes of them where values are noisy; with several
    /// objectives the best of the front in the first. Null while none has ended with a value.
    /// </summary>
    public BestTrial? Best(TunerState state) => BestChoice.Of(SharedHistory.Of(settings, unitSpace, state));

    /// <summary>How a search compares trials that all have the same number of epochs.</summary>
    /// <param name="spec">The scheduler.</param>
    /// <param name="maxEpochs">Epochs of a trial that is not stopped.</param>
    /// <param name="trials">How many trials there are.</param>
    /// <returns>The brackets, the one that begins to compare first in front.</returns>
    public static IReadOnlyList<Bracket> Brackets(SchedulerSpec spec, int maxEpochs, int trials)
    {
        var scheduler = Scheduler.Create(spec);
        var members = Enumerable.Range(0, trials).ToLookup(trial => scheduler.BracketOf(trial, maxEpochs));
        return [.. Enumerable.Range(0, scheduler.Brackets(maxEpochs))
            .Select(bracket => new Bracket(Rungs(scheduler, bracket, maxEpochs), members[bracket].Count()))];
    }

    /// <summary>
    /// The epochs at which trials of <paramref name="maxEpochs"/> epochs are compared with others, those of the first bracket at all of
    /// them; the last one is their end.
    /// </summary>
    public static IReadOnlyList<int> Rungs(SchedulerSpec spec, int maxEpochs) => Rungs(Scheduler.Create(spec), 0, maxEpochs);

    private static List<int> Rungs(Scheduler scheduler, int bracket, int maxEpochs)
    {
        var rungs = new List<int>();
        for (var epoch = 0; epoch < maxEpochs;)
            rungs.Add(epoch = scheduler.NextRung(bracket, epoch, maxEpochs));
        return rungs;
    }

    private string? WhyConverged(TunerState state)
    {
        if (settings.Convergence is not { } rule)
            return null;
        if (rule.Rule == ConvergenceRule.Regret)
            return Regret.WhyEnded(rule, state.Settled);
        var values = state.Ended.Select(number => state.Trials[number])
            .Where(record => record.Status != TrialStatus.Cancelled)
            .Select(record => record.Status == TrialStatus.Failed ? null : record.Objectives);
        return Plateau.WhyEnded(rule, settings.Objectives, [.. values]);
    }

    private Choice Choose(TunerState state)
    {
        // Points that users added take numbers, but not the turn of a seeded one.
        var turn = state.Trials.Count(other => other.Origin != Added);
        if (turn >= settings.Tuner.Points.Count)
            return agent.Choose(state);
        var seeded = agent.Complete(state, settings.Tuner.Points[turn]);
        // The same seeded point twice, or one that breaks a constraint: the agent chooses instead.
        return seeded.Point is null ? agent.Choose(seeded.State) : seeded with { Origin = Seeded };
    }

    private Decision Decide(TunerState state, TrialRecord trial, TrialReport report)
    {
        var notFinite = settings.Objectives.Where((_, i) => !double.IsFinite(report.Values[i])).FirstOrDefault();
        if (notFinite is not null)
        {
            return new Decision
            {
                Verdict = Verdict.Stop,
                Reason = $"stopped at epoch {report.Epoch}: {notFinite.Metric} is not a finite number",
            };
        }

        var target = Objectives.TargetMet(settings.Objectives, report.Values);
        var maxEpochs = EpochsOf(trial);
        if (report.Epoch >= maxEpochs || target is not null)
            return new Decision { Verdict = Verdict.Complete, Reason = target, EndsExperiment = target };

        RungValue[] reports = [.. trial.Rungs, new(report.Epoch, report.Values)];
        var others = state.Trials
            .Select((other, number) => new Curve(number, () => EpochsOf(other), other.Rungs))
            .Where(other => other.Trial != report.Trial && other.Reports.Count > 0)
            .ToList();
        return scheduler.WhyStop(new Standing(settings.Objectives, new Curve(report.Trial, () => maxEpochs, reports), others)) is { } reason
            ? new Decision { Verdict = Verdict.Stop, Reason = reason }
            : new Decision { Verdict = Verdict.Continue, ToEpoch = NextRung(report.Trial, report.Epoch, maxEpochs) };
    }

    private Proposal ProposalOf(int trial, Point point, string origin)
    {
        var maxEpochs = EpochsOf(point);
        return new Proposal { Trial = trial, Point = point, Origin = origin, MaxEpochs = maxEpochs, ToEpoch = NextRung(trial, 0, maxEpochs) };
    }

    private int NextRung(int trial, int epoch, int maxEpochs) => scheduler.NextRung(scheduler.BracketOf(trial, maxEpochs), epoch, maxEpochs);

    // Asked for of thousands of trials: points are made only where they matter.
    private int EpochsOf(TrialRecord trial) => epochs is null ? (int)settings.Epochs.Number : EpochsOf(trial.PointIn(space));

    private int EpochsOf(Point point) => (int)(epochs?.Evaluate(point) ?? settings.Epochs).Number;

    // Costs are compared, not added up: seven digits are enough, and take half the room.
    private static double? Short(double? cost) => cost is { } value ? ShortNumber.Near(value, double.PositiveInfinity) : null;

    private static TunerState With(TunerState state, int trial, TrialRecord record)
    {
        TrialRecord[] trials = [.. state.Trials];
        trials[trial] = record;
        return state with { Trials = trials };
    }
}
