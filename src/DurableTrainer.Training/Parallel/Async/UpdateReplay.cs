using DurableTrainer.Training.Data;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>
/// Applies the updates of a recorded epoch once more: each gradient is taken at the parameters that it was taken at, so that the weights
/// are the same to the last bit, however long each learner took for it and wherever it ran.
/// </summary>
/// <param name="model">As it was before the epoch.</param>
/// <param name="program">Computes, in the place of all learners.</param>
/// <param name="room">Makes room for a gradient.</param>
/// <param name="samples">Room for a batch.</param>
internal sealed class UpdateReplay(ServerModel model, GradientProgram program, Func<Gradient> room, BatchSamples samples)
{
    private readonly Dictionary<UpdateRecord, Gradient> pending = [];
    private readonly Stack<Gradient> free = [];
    private readonly float[] parameters = new float[model.Length];

    /// <param name="records">All of an epoch, in the order in which they were applied.</param>
    /// <param name="batches">The epoch's batches.</param>
    /// <param name="seen">Told of every update as it is applied, with the targets of its batch.</param>
    /// <param name="cancellation">Looked at before every update.</param>
    /// <exception cref="DataException">The updates do not follow from each other.</exception>
    public void Run(
        IReadOnlyList<UpdateRecord> records, EpochBatches batches, Action<UpdateRecord, Gradient, float[]> seen, CancellationToken cancellation)
    {
        var byBase = records.ToLookup(record => record.Base);
        for (var first = 0; first < records.Count && !cancellation.IsCancellationRequested;)
        {
            var version = records[first].Version;
            Compute(byBase[version - 1], batches);
            var round = records.Skip(first).TakeWhile(record => record.Version == version).ToArray();
            if (round.Length == 1)
                Apply(round[0]);
            else
                ApplyMean(round);
            foreach (var record in round)
            {
                var gradient = GradientOf(record);
                batches.Load(record.Batch, samples);
                seen(record, gradient, [.. samples.Targets]);
                pending.Remove(record);
                free.Push(gradient);
            }

            first += round.Length;
        }
    }

    private void Compute(IEnumerable<UpdateRecord> records, EpochBatches batches)
    {
        model.CopyTo(parameters);
        foreach (var record in records)
        {
            var gradient = free.TryPop(out var used) ? used : room();
            batches.Load(record.Batch, samples);
            program.Compute(parameters, samples, batches.PassOf(record.Batch), gradient);
            pending[record] = gradient;
        }
    }

    private void Apply(UpdateRecord record)
    {
        var gradient = GradientOf(record);
        model.Apply(gradient.Values, gradient.State, record.Learners, record.Version, record.Rate);
    }

    private void ApplyMean(UpdateRecord[] round)
    {
        var mean = Contribution.MeanOf([.. round.Select(record =>
        {
            var gradient = GradientOf(record);
            return new Contribution(record.Batch, gradient.Values, gradient.State, gradient.Count);
        })]);
        model.Apply(mean.Values, mean.State, 1, round[0].Version, round[0].Rate);
    }

    private Gradient GradientOf(UpdateRecord record) => pending.TryGetValue(record, out var gradient)
        ? gradient
        : throw new DataException($"The log of updates is damaged: update {record.Version} was taken at version {record.Base}, which is not there.");
}
