using System.Runtime.ExceptionServices;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Input.Augmentation;

namespace DurableTrainer.Training.Input;

/// <summary>
/// Makes batches ready while training is busy with those before: stages of workers, each of which does its part to one sample at a time.
/// The order of samples is given, every sample has its place in its batch, and what is done to it follows from its own key: batches are the
/// same to the bit for any number of workers. One thread starts, takes and stops.
/// </summary>
internal sealed class InputPipeline : IDisposable
{
    /// <summary>More batches ahead than this help nobody: they only fill in for moments in which the pipeline is slow.</summary>
    private const int MostBatches = 16;

    private readonly int sampleSize;
    private readonly int batchSize;
    private readonly PreparedBatch?[] ring;
    private readonly StageWorkers[] stages;
    private readonly PipelineTuning? tuning;
    private readonly InputExperience experience;
    private readonly int? fixedWorkers;
    private bool isStarted;
    private int[] order = [];
    private int epoch, released, taken, lastCount;
    private volatile bool isStopping;
    private ExceptionDispatchInfo? failure;

    /// <param name="stages">First to last; the first brings the sample's inputs.</param>
    /// <param name="sampleSize">Numbers in one sample.</param>
    /// <param name="batchSize">Samples of a batch.</param>
    /// <param name="spec">How many workers, and how much memory.</param>
    /// <param name="time">Measures how long training is busy with a batch.</param>
    /// <param name="experience">How many workers each stage begins with, where their number is not given; takes what is learned.</param>
    public InputPipeline(
        IReadOnlyList<InputStage> stages, int sampleSize, int batchSize, InputSpec spec, TimeProvider time, InputExperience? experience = null)
    {
        (this.sampleSize, this.batchSize) = (sampleSize, batchSize);
        // A sample has its numbers, and its place in the queue of each stage.
        var batchBytes = (long)(sampleSize + stages.Count) * batchSize * sizeof(float);
        ring = new PreparedBatch?[Math.Clamp(spec.Memory.Bytes / batchBytes, 1, MostBatches)];
        this.stages = new StageWorkers[stages.Count];
        for (var i = 0; i < stages.Count; i++)
        {
            var next = i + 1;
            this.stages[i] = new StageWorkers(stages[i], new SampleQueue(ring.Length * batchSize), (work, place) => Do(work, place, next));
        }

        this.experience = experience ?? new InputExperience();
        fixedWorkers = spec.Workers;
        if (spec.Workers is null)
            tuning = new PipelineTuning(this.stages, time);
    }

    /// <summary>The pipeline that a spec asks for; null when its samples lie in memory and nothing is done to them.</summary>
    /// <param name="spec">What is trained.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="batchSize">Samples of a batch.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Whose random choices are made.</param>
    public static InputPipeline? Of(TrainingSpec spec, Dataset dataset, int batchSize, long seed, int trial)
    {
        var stages = StagesOf(spec, dataset, seed, trial);
        return stages.Count == 0
            ? null
            : new InputPipeline(stages, dataset.SampleSize, batchSize, spec.Input, TimeProvider.System, dataset.Experience);
    }

    /// <summary>What is done to each training sample, first to last; nothing when they are taken as they lie in memory.</summary>
    /// <param name="spec">What is trained.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="trial">Whose random choices are made.</param>
    public static IReadOnlyList<InputStage> StagesOf(TrainingSpec spec, Dataset dataset, long seed, int trial)
    {
        var stages = new List<InputStage>();
        if (dataset.ReadingCost is { } cost)
            stages.Add(new ReadStage(dataset, cost));
        if (spec.Augment.Count > 0)
            stages.Add(new AugmentStage(spec.Augment, dataset, seed, trial, brings: stages.Count == 0));
        return stages;
    }

    /// <summary>What was changed of the workers, in order.</summary>
    public IReadOnlyList<InputChange> Changes => tuning?.Changes ?? [];

    /// <summary>Batches that may be ready, or under way, while training is busy with another.</summary>
    public int BatchesAhead => ring.Length;

    /// <summary>Workers of each stage at the moment.</summary>
    public IReadOnlyList<int> Workers => [.. stages.Select(stage => stage.Count)];

    /// <summary>How many processors it may keep busy, beside those that train.</summary>
    public double Processors
    {
        set => tuning?.Processors = value;
    }

    /// <summary>Begins with the batches of an epoch.</summary>
    /// <param name="samples">Its samples, in their order.</param>
    /// <param name="epochsDone">Epochs that are done.</param>
    public void Start(int[] samples, int epochsDone)
    {
        Stop();
        if (!isStarted)
        {
            // Not before: who only evaluates needs no threads.
            isStarted = true;
            foreach (var stage in stages)
                stage.Set(fixedWorkers ?? experience.WorkersOf(stage.Stage.Name));
        }

        (order, epoch, released, taken, lastCount) = (samples, epochsDone, 0, 0, 0);
        while (released < ring.Length && released * batchSize < order.Length)
            Release();
    }

    /// <summary>Waits for the next batch of the epoch.</summary>
    /// <param name="inputs">Gets its samples, row-major.</param>
    /// <returns>How many there are.</returns>
    public int Take(Span<float> inputs)
    {
        tuning?.BatchIsWanted(lastCount);
        var batch = ring[taken % ring.Length]!;
        batch.Ready.Wait();
        failure?.Throw();
        lastCount = batch.Count;
        batch.Inputs.AsSpan(0, lastCount * sampleSize).CopyTo(inputs);
        taken++;
        if (released * batchSize < order.Length)
            Release();
        tuning?.BatchIsTaken(epoch, lastCount);
        return lastCount;
    }

    /// <summary>Drops what is ready ahead. Nothing works when it returns.</summary>
    public void Stop()
    {
        isStopping = true;
        for (; taken < released; taken++)
            ring[taken % ring.Length]!.Ready.Wait();
        isStopping = false;
        failure = null;
    }

    public void Dispose()
    {
        Stop();
        foreach (var stage in stages)
        {
            if (isStarted && fixedWorkers is null)
                experience.Remember(stage.Stage.Name, stage.Count);
            stage.Dispose();
        }

        foreach (var batch in ring)
            batch?.Dispose();
    }

    private void Release()
    {
        var batch = ring[released % ring.Length] ??= new PreparedBatch(sampleSize * batchSize);
        var first = released * batchSize;
        batch.Expect(Math.Min(batchSize, order.Length - first));
        released++;
        stages[0].Queue.Add(first, batch.Count);
    }

    private void Do(StageWork work, int place, int next)
    {
        var batch = ring[place / batchSize % ring.Length]!;
        try
        {
            if (!isStopping)
                work(order[place], epoch, batch.Inputs.AsSpan(place % batchSize * sampleSize, sampleSize));
        }
#pragma warning disable CA1031 // A thread's edge: whoever takes the batch gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        }

        if (next < stages.Length)
            stages[next].Queue.Add(place);
        else
            batch.Complete();
    }
}
