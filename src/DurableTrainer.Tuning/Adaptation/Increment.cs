using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>What a trial gained from one milestone to the next, by the first objective.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Epoch">Epochs that were done before.</param>
/// <param name="Values">What it trained with, as in <see cref="TrialRecord.Values"/>.</param>
/// <param name="Gain">
/// By how much an epoch made it better, after a change of models from what the model had that it took over; null while that is not known.
/// </param>
internal sealed record Increment(int Trial, int Epoch, IReadOnlyList<double?> Values, double? Gain)
{
    /// <summary>All that is known, and for trials that run what they are about to gain.</summary>
    public static IEnumerable<Increment> Of(TunerState state, int everyEpochs)
    {
        for (var trial = 0; trial < state.Trials.Count; trial++)
        {
            foreach (var increment in Of(state, trial, everyEpochs))
                yield return increment;
        }
    }

    private static IEnumerable<Increment> Of(TunerState state, int trial, int everyEpochs)
    {
        var record = state.Trials[trial];
        RungValue? before = null;
        for (var i = 0; i < record.Rungs.Count; i++)
        {
            var report = record.Rungs[i];
            // Reports at rungs in between say less than the whole way; the last one is all that there is of its way.
            var isLast = i == record.Rungs.Count - 1 && record.Status != TrialStatus.Running;
            if (report.Epoch % everyEpochs != 0 && !isLast)
                continue;
            if (before is { } start && LossFrom(start) - LossOf(report.Values) is var gained && double.IsFinite(gained))
                yield return new(trial, start.Epoch, record.BranchBefore(report.Epoch)?.Values ?? record.Values, gained / (report.Epoch - start.Epoch));
            before = report;
        }

        if (record.Status == TrialStatus.Running && before is { } last)
            yield return new(trial, last.Epoch, record.CurrentValues, null);

        double LossFrom(RungValue report) => LossOf(Lineage.ValuesFrom(state.Trials, trial, report));

        double LossOf(IReadOnlyList<double> values) => Comparison.LossOf(state.Settings.Objectives, values)[0];
    }
}
