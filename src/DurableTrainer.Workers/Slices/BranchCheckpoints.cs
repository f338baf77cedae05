using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Workers.Slices;

/// <summary>
/// The checkpoints of the branch of a trial that a slice belongs to: the newest two, so that a damaged one has one before it, and for
/// each of them the best until then. What the branch took over from another trial is among them, so that the other's files may go.
/// </summary>
internal class BranchCheckpoints<TCheckpoint>(
    ArtifactStore store, SliceRequest request, IReadOnlyList<ObjectiveSpec> objectives, CheckpointFormat<TCheckpoint> format)
    where TCheckpoint : ITrialCheckpoint
{
    private const int KeptLast = 2;

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

    /// <summary>What was measured after each epoch that is done.</summary>
    public IReadOnlyList<EpochMetrics> History => history;

    public BestEpoch? Best { get; private set; }

    public string? LastSaved { get; private set; }

    public IReadOnlyDictionary<string, double> LastMetrics { get; private set; } = new Dictionary<string, double>();

    /// <summary>Epochs before this one were trained by another trial, or with other values.</summary>
    private int EarliestEpoch => Math.Max(request.From?.Epoch ?? 0, request.PointFromEpoch);

    /// <summary>
    /// Goes back to the newest good checkpoint of at most the epochs that the slice asks for, or to where the branch started when there is
    /// none. Training is reproducible, so that starting further back costs time and changes nothing.
    /// </summary>
    /// <param name="restore">Takes the checkpoint up; one that it refuses is not good.</param>
    /// <returns>Warnings about checkpoints that could not be used.</returns>
    /// <exception cref="CheckpointException">There is nothing good left to start from.</exception>
    public async Task<IReadOnlyList<string>> RestoreAsync(Action<TCheckpoint> restore)
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
                var checkpoint = await ReadAsync(path);
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
                    await ReadAsync(PathOf(best.Step));
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

    /// <summary>Takes note of an epoch; what the best one left is kept until it is saved.</summary>
    /// <param name="epoch">What was measured after it.</param>
    /// <param name="capture">Makes a checkpoint of the trial as it is now.</param>
    public void Observe(EpochMetrics epoch, Func<byte[]> capture)
    {
        (Epoch, Step) = (epoch.Epoch, epoch.Step);
        LastMetrics = epoch.Values;
        unsavedStart = null;
        history.Add(epoch);
        if (Best is not null && !ranking.IsBetter(epoch.Values, Best.Metrics))
            return;
        bestStep = epoch.Step;
        Best = new BestEpoch(epoch.Epoch, epoch.Values, PathOf(bestStep));
        unsavedBest = capture();
    }

    /// <summary>Saves when it was not done for an interval.</summary>
    public async Task SaveIfDueAsync(Func<byte[]> capture, TimeProvider time, TimeSpan interval)
    {
        lastSavedAt ??= time.GetTimestamp();
        if (time.GetElapsedTime(lastSavedAt.Value) < interval)
            return;
        await SaveAsync(capture);
        lastSavedAt = time.GetTimestamp();
    }

    /// <summary>Saves where the trial is and what it found best. One that has no epoch done has nothing to save.</summary>
    /// <param name="capture">
    /// Makes a checkpoint of the trial as it is now. Null when nothing was trained: then what was taken over is saved, if anything was.
    /// </param>
    public async Task SaveAsync(Func<byte[]>? capture)
    {
        if (Epoch == 0)
            return;
        if (unsavedBest is not null)
            await WriteAsync(bestStep, unsavedBest);
        // Where nothing was trained, the point that trained what is there stays in it.
        if (Step != bestStep && LastSaved != PathOf(Step))
            await WriteAsync(Step, unsavedStart ?? capture!());
        (unsavedBest, unsavedStart) = (null, null);
        LastSaved = PathOf(Step);
        foreach (var step in saved.Keys.Except(Kept()).ToList())
        {
            await store.DeleteAsync(saved[step]);
            saved.Remove(step);
        }
    }

    /// <summary>What a slice came to.</summary>
    public SliceResult Result(SliceOutcome outcome, Usage usage, string? reason) => new()
    {
        Trial = request.Trial,
        Slice = request.Slice,
        Outcome = outcome,
        Epoch = Epoch,
        Step = Step,
        Metrics = LastMetrics,
        Best = Best,
        Checkpoint = LastSaved,
        Usage = usage,
        Reason = reason,
    };

    /// <summary>Leaves what was saved last for other trials to take over.</summary>
    public async Task LeaveMilestoneAsync() =>
        await Milestones().WriteAsync(
            new Milestone(request.Trial, Epoch),
            await RequireAsync(PathOf(Step)),
            bestStep == Step ? null : await RequireAsync(PathOf(bestStep)));

    /// <summary>To where the branch started: another trial's milestone, or a new model.</summary>
    private async Task StartOverAsync(Action<TCheckpoint> restore, List<string> warnings)
    {
        if (request.From is { } from && from.Epoch == EarliestEpoch)
        {
            var taken = await Milestones().ReadAsync(from);
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

    private void GoTo(TCheckpoint checkpoint, EpochMetrics best)
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

    private async Task<TCheckpoint> ReadAsync(string path) => format.Read(await RequireAsync(path));

    private async Task<byte[]> RequireAsync(string path) =>
        await store.ReadAsync(path) ?? throw new CheckpointException($"The checkpoint '{path}' is gone.");

    private MilestoneFiles<TCheckpoint> Milestones() => new(store, request.Experiment, ranking, format);

    private string PathOf(long step) => ArtifactPaths.Checkpoint(request.Experiment, request.Trial, request.Branch, step, format.Extension);
}
