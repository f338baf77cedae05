using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>How a model came to be.</summary>
internal static class Lineage
{
    /// <summary>
    /// The segments by which the model was trained that a trial had after some epochs, without gaps from 0. What the trial took over at
    /// that very epoch, or later, does not count.
    /// </summary>
    public static IReadOnlyList<Segment> Of(SearchSpace space, IReadOnlyList<TrialRecord> trials, int trial, int epoch)
    {
        var segments = new List<Segment>();
        while (epoch > 0)
        {
            var branch = trials[trial].BranchBefore(epoch);
            segments.Add(new Segment(trial, branch?.Epoch ?? 0, epoch, trials[trial].PointIn(space, epoch)));
            (trial, epoch) = (branch?.Donor ?? trial, branch?.Epoch ?? 0);
        }

        segments.Reverse();
        return segments;
    }

    /// <summary>The values of the objectives from which a trial went on after an epoch: its own, or those of whom it took over.</summary>
    public static IReadOnlyList<double> ValuesFrom(IReadOnlyList<TrialRecord> trials, int trial, RungValue report) =>
        trials[trial].Branches.FirstOrDefault(branch => branch.Epoch == report.Epoch) is { } branch
            ? trials[branch.Donor].ReportAt(report.Epoch) ?? report.Values
            : report.Values;
}
