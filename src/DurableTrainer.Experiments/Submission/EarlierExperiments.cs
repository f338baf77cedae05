using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Transfer;

namespace DurableTrainer.Experiments.Submission;

/// <summary>Reads what a new experiment starts from, once: what happens to the earlier experiments afterwards changes nothing.</summary>
internal static class EarlierExperiments
{
    /// <returns>Trials of the experiments that <c>tuner.transferFrom</c> names, as points of the new space.</returns>
    /// <exception cref="SpecException">Some of them cannot be started from; carries a problem for each.</exception>
    public static async Task<IReadOnlyList<TransferredTrial>> ReadAsync(ArtifactStore store, ExperimentSpec spec, CancellationToken cancellation)
    {
        var names = spec.Tuner.TransferFrom;
        if (names.Count == 0)
            return [];
        var (space, known) = (SearchSpace.Of(spec), await ExperimentIds.AllAsync(store, cancellation));
        var (transferred, problems) = (new List<TransferredTrial>(), new List<SpecProblem>());
        for (var source = 0; source < names.Count; source++)
        {
            var (trials, problem) = names.Take(source).Contains(names[source])
                ? ([], $"is \"{names[source]}\", which is in the list already")
                : await ReadAsync(store, space, known, source, names[source], cancellation);
            transferred.AddRange(trials);
            if (problem is not null)
                problems.Add(new SpecProblem($"/tuner/transferFrom/{source}", problem));
        }

        return problems.Count == 0 ? transferred : throw new SpecException(problems);
    }

    /// <summary>The trials of an experiment that another can start from.</summary>
    public static IEnumerable<TrialSummary> Finished(ExperimentResult result) =>
        result.Trials.Where(trial => trial is { Value: not null, Status: TrialStatus.Completed or TrialStatus.Stopped });

    private static async Task<(IReadOnlyList<TransferredTrial> Trials, string? Problem)> ReadAsync(
        ArtifactStore store, SearchSpace space, IReadOnlyList<string> known, int source, string name, CancellationToken cancellation)
    {
        // Looked up among those that are there: a name that a user made up may be no path.
        if (!known.Contains(name))
            return ([], Nearest.Unknown("experiment", name, known));
        if (await store.ReadJsonAsync<ExperimentResult>(ArtifactPaths.Result(name), cancellation) is not { } result)
            return ([], $"is \"{name}\", which has not ended; only what has ended can be started from");
        var finished = Finished(result).ToList();
        if (finished.Count == 0)
            return ([], $"is \"{name}\", of which no trial succeeded");
        var earlier = finished.SelectMany(trial => trial.Point.Select(pair => pair.Key)).Distinct().ToList();
        if (!space.Parameters.Any(parameter => earlier.Contains(parameter.Name)))
            return ([], $"is \"{name}\", whose space has no parameter in common with this one: it has {string.Join(", ", earlier)}");
        var trials = EarlierTrials.In(space, source, result.Objective, [.. finished.Select(trial => (trial.Point, trial.Value!.Value))]);
        return (trials, trials.Count == 0 ? $"is \"{name}\", none of whose {finished.Count} points this space allows" : null);
    }
}
