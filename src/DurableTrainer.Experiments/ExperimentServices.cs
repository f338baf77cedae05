using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Pool;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Experiments;

/// <summary>What the workflows' activities work with.</summary>
/// <param name="Store">Where artifacts are.</param>
/// <param name="Pools">Workers by the pool's name.</param>
/// <param name="Halt">
/// Told when the surroundings fail (a full disk, data that is gone): the host should stop where it is, so that the experiment goes on
/// from there once they are mended.
/// </param>
/// <param name="Happened">Told about each event, with the id of its experiment, once it is in the log.</param>
/// <param name="Loggers">Get told about each event too; null for none.</param>
public sealed record ExperimentServices(
    ArtifactStore Store,
    IReadOnlyDictionary<string, WorkerPool> Pools,
    Action<Exception> Halt,
    Action<string, ExperimentEvent> Happened,
    ILoggerFactory? Loggers = null);
