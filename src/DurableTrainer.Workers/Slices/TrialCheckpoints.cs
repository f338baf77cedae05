using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Workers.Slices;

/// <summary>
/// The checkpoints of the branch of a trial that a slice belongs to: the newest two, so that a damaged one has one before it, and for
/// each of them the best until then. What the branch took over from another trial is among them, so that the other's files may go.
/// </summary>
internal sealed class TrialCheckpoints(ArtifactStore store, SliceRequest request, IReadOnlyList<ObjectiveSpec> objectives)
{
    private const int KeptLast = 2;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(2);

    private readonly EpochRanking ranking = new(objectives);
    private readonly Dictionary<long, string> saved = [];
    private readonly List<EpochMetrics> history = [];
    private byte[]? unsavedBest;
    private byte[]? unsavedStart;
    private long bestStep = -1;
    private long? lastSavedAt;

    /// <summary>Epochs that were done at the last restored or observed moment.</summary>
    public int Epoch { get; private set; }

    /// <summary>Optimizer steps that were done then.</summary>
    public long Step { get; private set; }

    public BestEpoch? Best { get; private set; }

    public string? LastSaved { get; private set; }

    public IReadOnlyDictionary<string, double> LastMetrics { get; private set; } = new Dictionary<string, double>();

    /// <summary>Epochs before this one were trained by another trial, or with other values.</summary>
    private int EarliestEpoch => Math.Max(request.From?.Epoch ?? 0, request.PointFromEpoch);

    /// <exception cref="CheckpointException">It is gone or damaged.</exception>
    public static async Task<Checkpoint> ReadAsync(ArtifactStore store, string path) => Checkpoint.Read(await RequireAsync(store, path));

    /// <summary>
    /// Goes back to the newest good checkpoint of at most the epochs that the slice asks for, or to where the branch started when there is
    /// none. Training is reproducible, so that starting further back costs time and changes nothing.
    /// </summary>
    /// <param name="restore">Takes the checkpoint up; one that it refuses is not good.</param>
    /// <returns>Warnings about checkpoints that could not be used.</returns>
    /// <exception cref="CheckpointException">There is nothing good left to start from.</exception>
    public async Task<IReadOnlyList<string>> RestoreAsync(Action<Checkpoint> restore)
    {
        var warnings = new List<string>();
        foreach (var path in await store.ListAsync(ArtifactPaths.Checkpoints(request.Experiment, request.Trial, request.Branch)))
        {
            // Those of other branches lie in folders below that of the first.
            if (ArtifactPaths.CheckpointStep(path) is { } step && path == PathOf(step))
                saved[step] = path;
        }

        foreach (var (step, path) in saved.OrderByDescending(pair => pair.Key).ToList())
        {
            try
            {
                var checkpoint = await ReadAsync(store, path);
                if (checkpoint.Epoch < EarliestEpoch)
                    break;
                if (checkpoint.Epoch > request.ToEpoch)
                {
                    // Of a later slice: not for this one to use or to tidy up.
                    saved.Remove(step);
                    continue;
                }

                var best = ranking.BestOf(checkpoint.History);
                // What the best epoch left must be there too, or the trial would end with less than it had.
                if (best.Step != step)
                    await ReadAsync(store, PathOf(best.Step));
                restore(checkpoint);
                GoTo(checkpoint, best);
                LastSaved = path;
                return warnings;
            }
            catch (CheckpointException exception)
            {
                warnings.Add($"trial {request.Trial}: the checkpoint '{path}' cannot be used, so the one before it is: {exception.Message}");
                saved.Remove(step);
            }
        }

        await StartOverAsync(restore, warnings);
        return warnings;
    }

    /// <summary>Takes note of an epoch; the best one's parameters are kept until they are saved.</summary>
    public void Observe(TrainingSession session, IReadOnlyDictionary<string, double> metrics)
    {
        (Epoch, Step) = (session.Epoch, session.Step);
        LastMetrics = metrics;
        unsavedStart = null;
        history.Add(session.History[^1]);
        if (Best is not null && !ranking.IsBetter(metrics, Best.Metrics))
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
    /// <param name="session">Null when nothing was trained: then what was taken over is saved, if anything was.</param>
    public async Task SaveAsync(TrainingSession? session)
    {
        if (Epoch == 0)
            return;
        if (unsavedBest is not null)
            await WriteAsync(bestStep, unsavedBest);
        // Where nothing was trained, the point that trained what is there stays in it.
        if (Step != bestStep && LastSaved != PathOf(Step))
            await WriteAsync(Step, unsavedStart ?? session!.Capture().Write());
        (unsavedBest, unsavedStart) = (null, null);
        LastSaved = PathOf(Step);
        foreach (var step in saved.Keys.Except(Kept()).ToList())
        {
            await store.DeleteAsync(saved[step]);
            saved.Remove(step);
        }
    }

    /// <summary>Leaves what was saved last for other trials to take over.</summary>
    public async Task LeaveMilestoneAsync() =>
        await new MilestoneFiles(store, request.Experiment, ranking).WriteAsync(
            new Milestone(request.Trial, Epoch),
            await RequireAsync(store, PathOf(Step)),
            bestStep == Step ? null : await RequireAsync(store, PathOf(bestStep)));

    /// <summary>To where the branch started: another trial's milestone, or a new model.</summary>
    private async Task StartOverAsync(Action<Checkpoint> restore, List<string> warnings)
    {
        if (request.From is { } from && from.Epoch == EarliestEpoch)
        {
            var taken = await new MilestoneFiles(store, request.Experiment, ranking).ReadAsync(from);
            restore(taken.Checkpoint);
            GoTo(taken.Checkpoint, ranking.BestOf(taken.Checkpoint.History));
            (unsavedStart, unsavedBest) = (taken.Last, taken.Best);
        }
        else if (request.Branch > 0 || EarliestEpoch > 0)
        {
            throw new CheckpointException(string.Join(' ',
            [
                $"Trial {request.Trial} cannot go on: it has no good checkpoint since epoch {EarliestEpoch}, and before that it was trained with other values.",
                .. warnings,
            ]));
        }
    }

    private void GoTo(Checkpoint checkpoint, EpochMetrics best)
    {
        (Epoch, Step) = (checkpoint.Epoch, checkpoint.Step);
        bestStep = best.Step;
        Best = new BestEpoch(best.Epoch, best.Values, PathOf(bestStep));
        LastMetrics = checkpoint.History[^1].Values;
        history.AddRange(checkpoint.History);
    }

    private List<long> Kept()
    {
        return [.. saved.Keys.Order().TakeLast(KeptLast).SelectMany(step => (long[])[step, BestUntil(step).Step])];

        EpochMetrics BestUntil(long step) => ranking.BestOf(history.Where(epoch => epoch.Step <= step));
    }

    private async Task WriteAsync(long step, byte[] content)
    {
        var path = PathOf(step);
        await store.WriteAsync(path, content);
        saved[step] = path;
    }

    private static async Task<byte[]> RequireAsync(ArtifactStore store, string path) =>
        await store.ReadAsync(path) ?? throw new CheckpointException($"The checkpoint '{path}' is gone.");

    private string PathOf(long step) => ArtifactPaths.Checkpoint(request.Experiment, request.Trial, request.Branch, step);
}
