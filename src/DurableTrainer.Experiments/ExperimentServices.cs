using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Pool;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Experiments;

/// <summary>What the workflows' activities work with.</summary>
/// <param name="Store">Where artifacts are.</param>
/// <param name="Pools">Workers by the pool's name.</param>
/// <param name="Faults">What to do when the surroundings fail.</param>
/// <param name="Happened">Told about each event, with the id of its experiment, once it is in the log.</param>
/// <param name="Loggers">Get told about each event too; null for none.</param>
public sealed record ExperimentServices(
    ArtifactStore Store,
    IReadOnlyDictionary<string, WorkerPool> Pools,
    FaultPolicy Faults,
    Action<string, ExperimentEvent> Happened,
    ILoggerFactory? Loggers = null);
