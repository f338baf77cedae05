using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Training.Sessions;

/// <summary>
/// One trial's model in training, epoch by epoch, however it is spread over processors. To dispose of it ends what computes for it.
/// </summary>
public interface ITrainingSession : IDisposable
{
    Graph Graph { get; }

    /// <summary>Epochs that are done.</summary>
    int Epoch { get; }

    /// <summary>Optimizer steps that are done.</summary>
    long Step { get; }

    /// <summary>Metrics of the epochs that are done.</summary>
    IReadOnlyList<EpochMetrics> History { get; }

    /// <summary>How many workers make samples ready, each change in order; empty where nothing is done to samples, or not by workers of their own.</summary>
    IReadOnlyList<InputChange> InputChanges { get; }

    /// <summary>How the model was spread over units, and why, from the first on; empty where it was not.</summary>
    IReadOnlyList<PlanChange> Plans => [];

    /// <summary>What the units of a pipeline do for a batch, foretold and measured; null where there is no pipeline.</summary>
    PipelineTimeline? Timeline => null;

    /// <summary>
    /// Trains on every training sample once and then evaluates. Either the epoch is completed, or the session is as it was before.
    /// </summary>
    /// <param name="cancellation">Looked at before every step.</param>
    EpochResult RunEpoch(CancellationToken cancellation = default);

    /// <summary>Metrics of the model as it is, over some samples: <c>prefix.loss</c> and what goes with the loss.</summary>
    IReadOnlyDictionary<string, double> Evaluate(int[] samples, string prefix);

    /// <summary>Computes with so many threads from here on.</summary>
    void UseThreads(int threads);

    /// <summary>Everything needed to continue.</summary>
    Checkpoint Capture();

    /// <summary>
    /// Continues from a checkpoint of the same model, perhaps of another trial or with other settings of the optimizer; what the
    /// optimizer did not carry there starts at zero.
    /// </summary>
    /// <exception cref="CheckpointException">The checkpoint is of another model or of other data.</exception>
    void Restore(Checkpoint checkpoint);
}
