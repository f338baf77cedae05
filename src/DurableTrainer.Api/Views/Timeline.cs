using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Api.Views;

/// <summary>When each slice ran. Slices wait for workers, too: that time is theirs.</summary>
/// <param name="Experiment">The id.</param>
/// <param name="StartedAt">When it was let in; null before that.</param>
/// <param name="EndedAt">When it ended; null before that.</param>
/// <param name="Slices">By their end.</param>
public sealed record Timeline(string Experiment, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<TimelineSlice> Slices)
{
    public static Timeline Of(string experiment, IReadOnlyList<ExperimentEvent> events)
    {
        var slices = new List<TimelineSlice>();
        var (began, epochs, threads) = (new Dictionary<int, DateTimeOffset>(), new Dictionary<int, int>(), new Dictionary<int, int>());
        var (started, ended) = ((DateTimeOffset?)null, (DateTimeOffset?)null);
        foreach (var happened in events)
        {
            switch (happened.Type)
            {
                case ExperimentEventType.ExperimentStarted:
                    started ??= happened.Time;
                    break;
                case ExperimentEventType.ExperimentEnded:
                    ended = happened.Time;
                    break;
                case ExperimentEventType.TrialStarted:
                    began[happened.Trial!.Value] = happened.Time;
                    break;
                case ExperimentEventType.ThreadsGranted:
                    threads[happened.Trial!.Value] = happened.Threads ?? 1;
                    break;
                case ExperimentEventType.SliceEnded or ExperimentEventType.TrialEnded:
                    var trial = happened.Trial!.Value;
                    var from = epochs.GetValueOrDefault(trial);
                    // A trial ends with the decision after its last slice, or in the middle of one.
                    if (happened.Type == ExperimentEventType.SliceEnded || happened.Epoch > from)
                    {
                        slices.Add(new TimelineSlice(
                            trial, began[trial], happened.Time, from, happened.Epoch ?? from, threads.TryGetValue(trial, out var count) ? count : null, happened.Value, happened.Message));
                    }

                    (began[trial], epochs[trial]) = (happened.Time, happened.Epoch ?? from);
                    break;
            }
        }

        return new Timeline(experiment, started, ended, slices);
    }
}

/// <param name="Trial">Which trial.</param>
/// <param name="StartedAt">When it could begin.</param>
/// <param name="EndedAt">When it was reported.</param>
/// <param name="FromEpoch">Epochs that were done before.</param>
/// <param name="ToEpoch">Epochs that were done after.</param>
/// <param name="Threads">Threads that the trial was granted; null when the share of its worker.</param>
/// <param name="Value">The first objective after it.</param>
/// <param name="Message">What was decided then, and why.</param>
public sealed record TimelineSlice(
    int Trial, DateTimeOffset StartedAt, DateTimeOffset EndedAt, int FromEpoch, int ToEpoch, int? Threads, double? Value, string? Message);
