using System.Globalization;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Input;

/// <summary>Another number of workers for a stage.</summary>
/// <param name="Stage">Number of the stage.</param>
/// <param name="Workers">How many from here on.</param>
/// <param name="Reason">Why, as a sentence for the user.</param>
internal sealed record WorkerChange(int Stage, int Workers, string Reason);

/// <summary>
/// Decides how many workers each stage has, from what was measured alone: it knows no clock and no thread. The tightest stage gets workers
/// until the pipeline outruns training by a tenth or the processors are spent; a stage that is mostly idle loses them one by one.
/// </summary>
internal sealed class InputTuner(int stages)
{
    /// <summary>By how much the pipeline is to outrun training, so that a slow moment of it does not stop training.</summary>
    public const double Headroom = 1.1;

    /// <summary>A stage whose workers are busy for a smaller share of the time has too many.</summary>
    public const double LeastUse = 0.4;

    /// <summary>What is measured is never exact: so much of the processors may be in use before something is done about it.</summary>
    private const double MostOverspent = 1.25;

    private const int FirstPatience = 3;

    private readonly int[] idle = new int[stages];
    private readonly bool[] wasCut = new bool[stages];
    private readonly int[] patience = [.. Enumerable.Repeat(FirstPatience, stages)];

    /// <param name="measured">The stages as they are.</param>
    /// <param name="trainingRate">Samples a second that training would take if it never waited.</param>
    /// <param name="processors">How many the pipeline may keep busy.</param>
    /// <returns>What to change, mostly nothing.</returns>
    public IReadOnlyList<WorkerChange> Decide(IReadOnlyList<StageMeasure> measured, double trainingRate, double processors)
    {
        if (Save(measured, trainingRate, processors) is { } saving)
            return [saving];
        var changes = Grow(measured, trainingRate, processors);
        return changes.Count > 0 ? changes : Shrink(measured, trainingRate);
    }

    /// <summary>Takes a worker away where the pipeline keeps more processors busy than it may, as when a trial has lost a thread.</summary>
    private static WorkerChange? Save(IReadOnlyList<StageMeasure> measured, double trainingRate, double processors)
    {
        var busy = ThroughputModel.Processors(measured, Math.Min(trainingRate, ThroughputModel.Rate(measured)));
        if (busy <= MostOverspent * processors)
            return null;
        var costliest = -1;
        for (var stage = 0; stage < measured.Count; stage++)
        {
            if (measured[stage].Workers > 1 && (costliest < 0 || measured[stage].CpuSeconds > measured[costliest].CpuSeconds))
                costliest = stage;
        }

        return costliest < 0 ? null : new WorkerChange(costliest, measured[costliest].Workers - 1, string.Create(CultureInfo.InvariantCulture,
            $"{Workers(measured[costliest], measured[costliest].Workers - 1)}: they kept {busy:0.0} processors busy, and may keep {processors:0.#}"));
    }

    private List<WorkerChange> Grow(IReadOnlyList<StageMeasure> measured, double trainingRate, double processors)
    {
        var planned = measured.ToArray();
        var target = Headroom * trainingRate;
        while (ThroughputModel.Rate(planned) is var rate && rate < target)
        {
            var tightest = ThroughputModel.Tightest(planned);
            var stage = planned[tightest];

            // What a stage takes is known less well the more it changes: at most twice as many before it is measured again.
            if (stage.Workers >= Math.Min(InputSpec.MostWorkers, 2 * measured[tightest].Workers))
                break;
            planned[tightest] = stage with { Workers = stage.Workers + 1 };

            // Where processors are short, more workers would only share them: what counts is how many they would keep busy if there were
            // enough. Two that only compute keep two busy, but for rounding.
            if (ThroughputModel.Processors(planned, ThroughputModel.UndelayedRate(planned)) > processors * (1 + 1e-9))
            {
                planned[tightest] = stage;
                break;
            }
        }

        var changes = new List<WorkerChange>();
        for (var stage = 0; stage < planned.Length; stage++)
        {
            var (before, after) = (measured[stage], planned[stage]);
            if (after.Workers == before.Workers)
                continue;
            (idle[stage], patience[stage]) = (0, wasCut[stage] ? 2 * patience[stage] : patience[stage]);
            wasCut[stage] = false;
            changes.Add(new WorkerChange(stage, after.Workers, string.Create(CultureInfo.InvariantCulture,
                $"{Workers(before, after.Workers)}: it made {before.Rate:N0} samples a second ready, training takes {trainingRate:N0}")));
        }

        return changes;
    }

    private List<WorkerChange> Shrink(IReadOnlyList<StageMeasure> measured, double trainingRate)
    {
        var changes = new List<WorkerChange>();
        var flow = Math.Min(trainingRate, ThroughputModel.Rate(measured));
        for (var stage = 0; stage < measured.Count; stage++)
        {
            var use = flow / measured[stage].Rate;
            idle[stage] = use < LeastUse && measured[stage].Workers > 1 ? idle[stage] + 1 : 0;

            // A stage that had to get its workers back is watched longer before it loses one again.
            if (idle[stage] < patience[stage])
                continue;
            wasCut[stage] = true;
            changes.Add(new WorkerChange(stage, measured[stage].Workers - 1, string.Create(CultureInfo.InvariantCulture,
                $"{Workers(measured[stage], measured[stage].Workers - 1)}: they were busy for {100 * use:0}% of the time")));
        }

        return changes;
    }

    private static string Workers(StageMeasure before, int after) =>
        $"{before.Stage} has {after} worker{(after == 1 ? "" : "s")} instead of {before.Workers}";
}
