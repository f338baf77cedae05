using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Tests.Adaptation;

/// <summary>
/// Runs a search as an experiment would, several trials at once, on a function in place of training: a model is a number, and what it was
/// trained to is its loss. Milestones are kept and deleted as the tuner says, and it is an error to take over one that is not there.
/// </summary>
internal sealed class SimulatedTraining
{
    private readonly SearchSettings settings;
    private readonly Func<double, Epoch, double> train;
    private readonly Func<double, double[]> measure;
    private readonly Tuner tuner;
    private readonly Dictionary<Milestone, double> kept = [];
    private readonly HashSet<Milestone> deleted = [];
    private readonly SortedDictionary<int, Lane> lanes = [];

    /// <param name="settings">What is searched.</param>
    /// <param name="train">The model after an epoch.</param>
    /// <param name="measure">The objectives of a model; itself when null.</param>
    public SimulatedTraining(SearchSettings settings, Func<double, Epoch, double> train, Func<double, double[]>? measure = null)
    {
        (this.settings, this.train, this.measure) = (settings, train, measure ?? (model => [model]));
        tuner = new Tuner(settings);
        State = tuner.Start();
    }

    public TunerState State { get; private set; }

    /// <summary>Reports everything twice, the second time to a tuner that has read its state from where it was written.</summary>
    public bool ReportsTwice { get; init; }

    public List<(int Trial, int Epoch, Decision Decision)> Decisions { get; } = [];

    /// <summary>The models that trials ended with.</summary>
    public Dictionary<int, double> Models { get; } = [];

    public IReadOnlyList<int> Running => [.. lanes.Keys];

    public IEnumerable<(int Trial, int Epoch, Decision Decision)> TakenOver => Decisions.Where(taken => taken.Decision.Adjustment is not null);

    /// <summary>Runs trials to their ends, each lane a slice in turn.</summary>
    public SimulatedTraining Run(int trials, int parallel)
    {
        while (State.Trials.Count < trials || lanes.Count > 0)
        {
            while (lanes.Count < parallel && State.Trials.Count < trials)
                Start();
            foreach (var trial in Running)
                Step(trial);
        }

        return this;
    }

    public void Start()
    {
        (State, var proposal) = tuner.Propose(State, State.Trials.Count);
        lanes[proposal.Trial] = new Lane(proposal.Point!, 0, 0, 1, proposal.ToEpoch, proposal.LeavesMilestone, proposal.RandomTrial ?? proposal.Trial, []);
    }

    /// <summary>The next slice of a trial.</summary>
    public void Step(int trial)
    {
        var lane = lanes[trial];
        for (var epoch = lane.From + 1; epoch <= lane.To; epoch++)
            lane = lane with { Model = train(lane.Model, new(lane.RandomTrial, epoch, lane.Point)) };
        if (lane.LeavesMilestone)
            kept.Add(new(trial, lane.To), lane.Model);

        var report = new TrialReport(trial, lane.Slice, lane.To, measure(lane.Model));
        var read = ReportsTwice ? JsonSerializer.Deserialize<TunerState>(Json(State), SpecJson.Options) : null;
        (State, var decision) = tuner.Report(State, report);
        if (read is not null)
        {
            var (again, same) = new Tuner(settings).Report(read, report);
            Assert.Equal((Json(State), Json(decision)), (Json(again), Json(same)));
            var (unchanged, repeated) = tuner.Report(State, report);
            Assert.Same(State, unchanged);
            Assert.Equal(decision, repeated);
        }

        Decisions.Add((trial, lane.To, decision));
        if (decision.Verdict != Verdict.Continue)
        {
            Delete(decision.Released);
            End(trial, decision.Verdict == Verdict.Complete ? TrialStatus.Completed : TrialStatus.Stopped, lane.Model);
            return;
        }

        if (decision.Adjustment is { } adjustment)
        {
            lane = lane with
            {
                Point = adjustment.Point,
                Model = adjustment.From is { } from ? kept[from] : lane.Model,
                RandomTrial = adjustment.RandomTrial ?? trial,
                Lineage = adjustment.Lineage,
            };
            Assert.Equal(lane.Model, Retrained(adjustment.Lineage));
        }

        Delete(decision.Released);
        lanes[trial] = lane with { Slice = lane.Slice + 1, From = lane.To, To = decision.ToEpoch, LeavesMilestone = decision.LeavesMilestone };
        Check(trial, decision);
    }

    public void End(int trial, TrialStatus status, double? model = null)
    {
        lanes.Remove(trial);
        if (model is { } reached)
            Models[trial] = reached;
        (State, var answer) = tuner.End(State, new TrialEnd(trial, status));
        Delete(answer.Released);
        CheckKept();
    }

    /// <summary>A model that is trained from the beginning as a lineage says.</summary>
    public double Retrained(IReadOnlyList<Segment> lineage)
    {
        var (model, done) = (1.0, 0);
        foreach (var segment in lineage)
        {
            Assert.Equal(done, segment.FromEpoch);
            for (; done < segment.ToEpoch; done++)
                model = train(model, new(segment.Trial, done + 1, segment.Point));
        }

        return model;
    }

    public static string Json(object value) => JsonSerializer.Serialize(value, SpecJson.Options);

    private void Delete(IReadOnlyList<Milestone> released)
    {
        foreach (var milestone in released)
        {
            Assert.True(kept.Remove(milestone), $"{milestone} was released, and is not there.");
            Assert.True(deleted.Add(milestone), $"{milestone} was released twice.");
        }
    }

    private void Check(int trial, Decision decision)
    {
        CheckKept();
        Assert.Equal(decision.LeavesMilestone, settings.Adaptation is { } adaptation && decision.ToEpoch % adaptation.EveryEpochs == 0 && decision.ToEpoch < settings.Epochs.Number);
        Assert.Equal(State.Milestones.Where(milestone => milestone.Trial == trial), decision.Held);
        if (decision.Adjustment is { From: { } from } adjustment)
        {
            Assert.Empty(new SearchSpace(settings.Space, settings.Constraints).Problems(adjustment.Point));
            Assert.NotEqual(trial, from.Trial);
            Assert.Equal(Decisions[^1].Epoch, from.Epoch);
        }
    }

    private void CheckKept()
    {
        Assert.Equal(Sorted(kept.Keys), Sorted(State.Milestones));
        var borrowed = State.Trials.Where(other => other.Status == TrialStatus.Running).Select(other => other.LastDecision?.Adjustment?.From).OfType<Milestone>().ToHashSet();
        Assert.Subset(kept.Keys.ToHashSet(), borrowed);
        Assert.All(kept.Keys.GroupBy(milestone => milestone.Epoch), epoch => Assert.InRange(epoch.Count(), 0, 4 + borrowed.Count(milestone => milestone.Epoch == epoch.Key)));
    }

    private static IEnumerable<(int, int)> Sorted(IEnumerable<Milestone> milestones) => milestones.Select(milestone => (milestone.Epoch, milestone.Trial)).Order();

    /// <param name="Trial">Whose random choices are made.</param>
    /// <param name="Number">The epoch, from 1.</param>
    /// <param name="Point">What it is trained with.</param>
    internal readonly record struct Epoch(int Trial, int Number, Point Point);

    private sealed record Lane(Point Point, int Slice, int From, double Model, int To, bool LeavesMilestone, int RandomTrial, IReadOnlyList<Segment> Lineage);
}
