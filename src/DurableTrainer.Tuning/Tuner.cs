using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Adaptation;
using DurableTrainer.Tuning.Agents;
using DurableTrainer.Tuning.Costs;
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
    private readonly Slices slices;
    private readonly Verdicts verdicts;
    private readonly Replay? replay;

    public Tuner(SearchSettings settings)
    {
        this.settings = settings;
        unitSpace = new UnitSpace(settings);
        space = unitSpace.Inner;
        agent = Agent.Create(settings, unitSpace);
        var scheduler = Scheduler.Create(settings.Scheduler);
        slices = new Slices(settings, space, scheduler);
        replay = settings.Replay.Count > 0 ? new Replay(settings.Replay) : null;
        verdicts = new Verdicts(settings, unitSpace, scheduler, slices, replay);
    }

    public TunerState Start() => new() { Settings = settings };

    /// <summary>
    /// The point of trial number <paramref name="trial"/>; of one that was proposed before, the point that it has now. Trials are numbered
    /// from 0 without gaps.
    /// </summary>
    public (TunerState State, Proposal Proposal) Propose(TunerState state, int trial)
    {
        if (trial < state.Trials.Count)
            return (state, ProposalOf(trial, state.Trials[trial].CurrentPointIn(space), state.Trials[trial].Origin));
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

        var next = trial with
        {
            LastSlice = report.Slice,
            Objectives = report.Values,
            Rungs = [.. trial.Rungs, new(report.Epoch, report.Values)],
        };
        state = With(state, report.Trial, next);
        var decision = verdicts.Of(state, report);
        if (decision.Adjustment is { } adjustment)
        {
            var branch = new Branch(report.Epoch, adjustment.From?.Trial ?? report.Trial, TrialRecord.Pack(space, adjustment.Point));
            next = next with { Branches = [.. next.Branches, branch] };
        }

        state = With(state, report.Trial, next with { LastDecision = decision });
        var reached = slices.IsMilestone(report.Epoch, slices.EpochsOf(trial)) ? new Milestone(report.Trial, report.Epoch) : (Milestone?)null;
        (state, var released) = Retention.Settle(state, reached, trial.LastDecision?.Adjustment?.From);
        decision = decision with { Released = released, Held = state.Milestones.Where(milestone => milestone.Trial == report.Trial).ToArray() };
        return (With(state, report.Trial, next with { LastDecision = decision }), decision);
    }

    /// <summary>Takes in that a trial has ended.</summary>
    public (TunerState State, TrialEndAnswer Answer) End(TunerState state, TrialEnd end)
    {
        IReadOnlyList<Milestone> released = [];
        if (state.Trials[end.Trial].Status == TrialStatus.Running)
        {
            var trial = state.Trials[end.Trial];
            var gaveBack = trial.LastDecision?.Adjustment?.From;
            trial = trial with
            {
                Status = end.Status,
                Cost = Short(end.Cost),
                Objectives = end.Values ?? trial.Objectives,
                Usage = UsageOf(trial, end)?.Rounded(),
                LastDecision = null,
            };
            state = With(state, end.Trial, trial);
            state = state with { Ended = [.. state.Ended, end.Trial] };
            (state, released) = Retention.Settle(state, null, gaveBack);
            // One that was cancelled says nothing about what is left to gain.
            if (settings.Convergence is { Rule: ConvergenceRule.Regret } regret && end.Status != TrialStatus.Cancelled && replay is null)
                state = state with { Settled = Regret.Count(regret, new SearchHistory(settings, unitSpace, state), state.Settled) };
        }

        return (state, new TrialEndAnswer(WhyConverged(state), released));
    }

    /// <summary>
    /// How the model came to be that a trial had after some epochs: segments without gaps from 0. Of what the trial took over at that very
    /// epoch, nothing is in it.
    /// </summary>
    public IReadOnlyList<Segment> LineageOf(TunerState state, int trial, int epoch) => Lineage.Of(space, state.Trials, trial, epoch);

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
        if (settings.Convergence is not { } rule || replay is not null)
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
        if (replay is not null)
            return new Choice(state.Trials.Count == 0 ? replay.First.Point : null, Replay.Origin, state);
        // Points that users added take numbers, but not the turn of a seeded one.
        var turn = state.Trials.Count(other => other.Origin != Added);
        if (turn >= settings.Tuner.Points.Count)
            return AgentChooses(state);
        var seeded = agent.Complete(state, settings.Tuner.Points[turn]);
        // The same seeded point twice, or one that breaks a constraint: the agent chooses instead.
        return seeded.Point is null ? AgentChooses(seeded.State) : seeded with { Origin = Seeded };
    }

    private Choice AgentChooses(TunerState state)
    {
        var choice = agent.Choose(state);
        return choice.Point is { } point && MaskChecks.IsDue(state) && LimitMask.Known(unitSpace, state)?.Forbids(point) is true
            ? choice with { Origin = MaskChecks.Marked(choice.Origin) }
            : choice;
    }

    private Proposal ProposalOf(int trial, Point point, string origin)
    {
        var proposal = new Proposal { Trial = trial, Point = point, Origin = origin };
        if (replay is not null)
            return proposal with { MaxEpochs = replay.LastEpoch, ToEpoch = replay.First.ToEpoch, RandomTrial = replay.First.Trial };
        var maxEpochs = slices.EpochsOf(point);
        var (toEpoch, leavesMilestone) = slices.After(trial, 0, maxEpochs);
        return proposal with { MaxEpochs = maxEpochs, ToEpoch = toEpoch, LeavesMilestone = leavesMilestone };
    }

    /// <summary>
    /// What the point takes. Only where there are limits, for measured times are never the same twice; and not of a trial that has trained
    /// with several points.
    /// </summary>
    private TrialUsage? UsageOf(TrialRecord trial, TrialEnd end) =>
        settings.Limits is { } limits && end.Usage is { } used && trial.Branches.Count == 0 && TrialUsage.IsKept(end.Trial, trial.Origin)
        ? TrialUsage.Of(used, hasFailed: end.Status == TrialStatus.Failed, limits)
        : null;

    // Costs are compared, not added up: seven digits are enough, and take half the room.
    private static double? Short(double? cost) => cost is { } value ? ShortNumber.Near(value, double.PositiveInfinity) : null;

    private static TunerState With(TunerState state, int trial, TrialRecord record)
    {
        TrialRecord[] trials = [.. state.Trials];
        trials[trial] = record;
        return state with { Trials = trials };
    }
}
