using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Workers.Slices;

/// <summary>
/// The checkpoints of one trial: the newest two, so that a damaged one has one before it, and for each of them the best until then.
/// </summary>
internal sealed class TrialCheckpoints(ArtifactStore store, string experiment, int trial, IReadOnlyList<ObjectiveSpec> objectives)
{
    private const int KeptLast = 2;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<long, string> saved = [];
    private byte[]? unsavedBest;
    private long bestStep = -1;
    private long? lastSavedAt;

    /// <summary>Epochs that were done at the last restored or observed moment.</summary>
    public int Epoch { get; private set; }

    /// <summary>Optimizer steps that were done then.</summary>
    public long Step { get; private set; }

    public BestEpoch? Best { get; private set; }

    public string? LastSaved { get; private set; }

    public IReadOnlyDictionary<string, double> LastMetrics { get; private set; } = new Dictionary<string, double>();

    /// <exception cref="CheckpointException">It is gone or damaged.</exception>
    public static async Task<Checkpoint> ReadAsync(ArtifactStore store, string path) =>
        Checkpoint.Read(await store.ReadAsync(path) ?? throw new CheckpointException($"The checkpoint '{path}' is gone."));

    /// <summary>
    /// Goes back to the newest good checkpoint of at most <paramref name="toEpoch"/> epochs, or to the start when there is none. Training
    /// is reproducible, so that starting further back costs time and changes nothing.
    /// </summary>
    /// <param name="restore">Takes the checkpoint up; one that it refuses is not good.</param>
    /// <param name="toEpoch">Later checkpoints belong to later slices.</param>
    /// <returns>Warnings about checkpoints that could not be used.</returns>
    public async Task<IReadOnlyList<string>> RestoreAsync(Action<Checkpoint> restore, int toEpoch)
    {
        var warnings = new List<string>();
        foreach (var path in await store.ListAsync(ArtifactPaths.Checkpoints(experiment, trial)))
        {
            if (ArtifactPaths.CheckpointStep(path) is { } step)
                saved[step] = path;
        }

        foreach (var (step, path) in saved.OrderByDescending(pair => pair.Key).ToList())
        {
            try
            {
                var checkpoint = await ReadAsync(store, path);
                if (checkpoint.Epoch > toEpoch)
                {
                    // Of a later slice: not for this one to use or to tidy up.
                    saved.Remove(step);
                    continue;
                }

                var best = BestOf(checkpoint.History);
                var stepOfBest = best.Epoch * (checkpoint.Step / checkpoint.Epoch);
                // What the best epoch left must be there too, or the trial would end with less than it had.
                if (stepOfBest != step)
                    await ReadAsync(store, PathOf(stepOfBest));
                restore(checkpoint);
                (Epoch, Step) = (checkpoint.Epoch, checkpoint.Step);
                Best = new BestEpoch(best.Epoch, best.Values, PathOf(stepOfBest));
                bestStep = stepOfBest;
                LastSaved = path;
                LastMetrics = checkpoint.History[^1].Values;
                return warnings;
            }
            catch (CheckpointException exception)
            {
                warnings.Add($"trial {trial}: the checkpoint '{path}' cannot be used, so the one before it is: {exception.Message}");
                saved.Remove(step);
            }
        }

        return warnings;
    }

    /// <summary>Takes note of an epoch; the best one's parameters are kept until they are saved.</summary>
    public void Observe(TrainingSession session, IReadOnlyDictionary<string, double> metrics)
    {
        (Epoch, Step) = (session.Epoch, session.Step);
        LastMetrics = metrics;
        if (Best is not null && !IsBetter(metrics, Best.Metrics))
            return;
        bestStep = session.Step;
        Best = new BestEpoch(session.Epoch, metrics, PathOf(bestStep));
        unsavedBest = session.Capture().Write();
    }

    public async Task SaveIfDueAsync(TrainingSession session, TimeProvider time)
    {
        lastSavedAt ??= time.GetTimestamp();
        if (time.GetElapsedTime(lastSavedAt.Value) < SaveInterval)
            return;
        await SaveAsync(session);
        lastSavedAt = time.GetTimestamp();
    }

    /// <summary>Saves where the session is and what it found best. One that has no epoch done has nothing to save.</summary>
    public async Task SaveAsync(TrainingSession session)
    {
        if (session.Epoch == 0)
            return;
        if (unsavedBest is not null)
            await WriteAsync(bestStep, unsavedBest);
        if (bestStep != session.Step)
            await WriteAsync(session.Step, session.Capture().Write());
        unsavedBest = null;
        LastSaved = PathOf(session.Step);
        foreach (var step in saved.Keys.Except(Kept(session)).ToList())
        {
            await store.DeleteAsync(saved[step]);
            saved.Remove(step);
        }
    }

    private List<long> Kept(TrainingSession session)
    {
        var stepsPerEpoch = session.Step / session.Epoch;
        return [.. saved.Keys.Order().TakeLast(KeptLast).SelectMany(step => (long[])[step, stepsPerEpoch * BestUntil(step).Epoch])];

        EpochMetrics BestUntil(long step) => BestOf(session.History.Where(epoch => epoch.Epoch * stepsPerEpoch <= step));
    }

    private async Task WriteAsync(long step, byte[] content)
    {
        var path = PathOf(step);
        await store.WriteAsync(path, content);
        saved[step] = path;
    }

    private EpochMetrics BestOf(IEnumerable<EpochMetrics> history) =>
        history.Aggregate((best, next) => IsBetter(next.Values, best.Values) ? next : best);

    private bool IsBetter(IReadOnlyDictionary<string, double> a, IReadOnlyDictionary<string, double> b) =>
        Objectives.IsBetter(objectives, Objectives.ValuesIn(objectives, a), Objectives.ValuesIn(objectives, b));

    private string PathOf(long step) => ArtifactPaths.Checkpoint(experiment, trial, step);
}
