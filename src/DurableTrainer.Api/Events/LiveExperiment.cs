using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Api.Events;

/// <summary>An experiment as it stands, kept up to date with what happens in it and shared by all who look at it.</summary>
internal sealed class LiveExperiment
{
    private const int MostAtOnce = 256;

    /// <summary>
    /// Events come in flocks: a trial ends, and the next one starts. Those who wait are woken once for a flock, so that many of them cost little.
    /// </summary>
    private static readonly TimeSpan Flock = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly string id;
    private readonly ExperimentHistory history;
    private readonly List<LoggedEvent> log = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private ExperimentResult? result;
    private ExperimentView? view;
    private TaskCompletionSource grown = NewSource();
    private bool isWaking;

    public LiveExperiment(string id, ExperimentSpec spec, IEnumerable<ExperimentEvent> past, ExperimentResult? result)
    {
        (this.id, this.result) = (id, result);
        history = new ExperimentHistory(spec);
        foreach (var happened in past)
            Add(happened);
    }

    public ExperimentSpec Spec => history.Spec;

    /// <summary>Whether nothing more will happen.</summary>
    public bool HasEnded { get; private set; }

    public ExperimentResult? Result
    {
        get => result;
        set
        {
            lock (gate)
                (result, view) = (value, null);
        }
    }

    /// <summary>Takes an event in that is in the log now. One that is known already changes nothing.</summary>
    public void Add(ExperimentEvent happened)
    {
        lock (gate)
        {
            if (!known.Add(happened.Id))
                return;
            log.Add(new LoggedEvent(happened));
            history.Add(happened);
            HasEnded |= happened.Type == ExperimentEventType.ExperimentEnded;
            view = null;
            if (isWaking)
                return;
            isWaking = true;
        }

        _ = WakeAsync();
    }

    public ExperimentView View()
    {
        lock (gate)
            return view ??= history.View(id, result);
    }

    public IReadOnlyList<TrialView> Trials()
    {
        lock (gate)
            return [.. history.Trials];
    }

    public IReadOnlyList<ExperimentEvent> Events()
    {
        lock (gate)
            return [.. log.Select(logged => logged.Event)];
    }

    /// <returns>The place behind an event; the beginning when there is none of that id.</returns>
    public int PlaceAfter(string? eventId)
    {
        lock (gate)
            return eventId is not null && known.Contains(eventId) ? log.FindIndex(logged => logged.Event.Id == eventId) + 1 : 0;
    }

    /// <summary>Some of the events from a place on.</summary>
    /// <returns>The events, whether these are the last there will be, and what completes when there are more.</returns>
    public (IReadOnlyList<LoggedEvent> Events, bool IsEnd, Task Grown) From(int place)
    {
        lock (gate)
        {
            var events = log.GetRange(place, Math.Min(MostAtOnce, log.Count - place));
            return (events, HasEnded && place + events.Count == log.Count, place + events.Count < log.Count ? Task.CompletedTask : grown.Task);
        }
    }

    private async Task WakeAsync()
    {
        await Task.Delay(Flock);
        TaskCompletionSource waiting;
        lock (gate)
        {
            isWaking = false;
            (waiting, grown) = (grown, NewSource());
        }

        waiting.SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
