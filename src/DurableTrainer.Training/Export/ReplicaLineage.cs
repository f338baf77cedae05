using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Parallel.Data.Replicas;

namespace DurableTrainer.Training.Export;

/// <summary>What one of the replicas contributed that a model was trained by together.</summary>
/// <param name="Id">By which it is known.</param>
/// <param name="Samples">That it had a part with in the model's updates, over all epochs.</param>
/// <param name="Weight">How many times as much each of them counted, by the spec that the model was trained with last.</param>
/// <param name="DroppedSteps">Steps in which it was left out as one of the worst.</param>
public sealed record ReplicaLineage(string Id, long Samples, double Weight, long DroppedSteps)
{
    /// <param name="checkpoint">Of the model, with what was measured after each of its epochs.</param>
    /// <param name="parallel">How it was trained last; null when that is not known.</param>
    /// <returns>In the order of their ids; null when the model never had several.</returns>
    public static IReadOnlyList<ReplicaLineage>? Of(Checkpoint checkpoint, ParallelSpec? parallel)
    {
        var epochs = checkpoint.History.Where(epoch => epoch.Epoch <= checkpoint.Epoch).Select(epoch => epoch.Values).ToList();
        string[] ids = [.. epochs.SelectMany(values => values.Keys).Select(ReplicaMetrics.IdOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return ids.Length == 0 ? null : [.. ids.Select(id => new ReplicaLineage(id, Sum(id, ReplicaMetrics.Samples), WeightOf(id), Sum(id, ReplicaMetrics.Dropped)))];

        long Sum(string id, string what) => (long)epochs.Sum(values => values.GetValueOrDefault(ReplicaMetrics.NameOf(id, what)));

        double WeightOf(string id) => parallel is DataParallelSpec data
            ? data.Units.Zip(data.Ids).Where(unit => unit.Second == id).Select(unit => (double?)unit.First.Weight).FirstOrDefault() ?? 1
            : 1;
    }
}
