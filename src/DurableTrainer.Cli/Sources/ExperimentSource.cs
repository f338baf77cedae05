using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Cli.Sources;

/// <summary>Where the experiments are that a command works on: a data folder, or a server.</summary>
internal abstract class ExperimentSource : IDisposable
{
    /// <summary>Whether someone works on what is unfinished.</summary>
    public abstract bool IsWorkedOn { get; }

    /// <summary>All experiments, newest first.</summary>
    public abstract Task<IReadOnlyList<ExperimentView>> ListAsync(CancellationToken cancellation);

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public abstract Task<ExperimentView> GetAsync(string id, CancellationToken cancellation);

    public abstract Task<ExperimentSpec> SpecAsync(string id, CancellationToken cancellation);

    public abstract Task<IReadOnlyList<TrialView>> TrialsAsync(string id, CancellationToken cancellation);

    /// <summary>What has happened so far.</summary>
    public abstract Task<IReadOnlyList<ExperimentEvent>> EventsAsync(string id, CancellationToken cancellation);

    /// <summary>What happens until the experiment ends, from the beginning on, each event once.</summary>
    public abstract IAsyncEnumerable<ExperimentEvent> FollowAsync(string id, CancellationToken cancellation);

    /// <summary>What it took; null while it has not ended.</summary>
    public abstract Task<ExperimentUsage?> UsageAsync(string id, CancellationToken cancellation);

    /// <summary>Null while it has not ended.</summary>
    public abstract Task<IReadOnlyList<ImportanceReport>?> ImportanceAsync(string id, CancellationToken cancellation);

    /// <summary>Null while it has not ended.</summary>
    public abstract Task<CorrelationReport?> CorrelationsAsync(string id, CancellationToken cancellation);

    /// <summary>The files of the best model.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public abstract Task<IReadOnlyList<ModelFile>> ModelAsync(string id, CancellationToken cancellation);

    /// <summary>The report as HTML.</summary>
    /// <exception cref="UsageException">There is none yet.</exception>
    public abstract Task<byte[]> ReportAsync(string id, CancellationToken cancellation);

    /// <summary>The promoted model of a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public abstract Task<Champion> ChampionAsync(string name, CancellationToken cancellation);

    /// <returns>What came of it, as a sentence.</returns>
    public abstract Task<string> CancelAsync(string id, CancellationToken cancellation);

    /// <returns>What came of it, as a sentence.</returns>
    public abstract Task<string> PauseAsync(string id, CancellationToken cancellation);

    /// <returns>What came of it, as a sentence.</returns>
    public abstract Task<string> ResumeAsync(string id, CancellationToken cancellation);

    /// <exception cref="UsageException">It has not ended.</exception>
    public abstract Task DeleteAsync(string id, CancellationToken cancellation);

    public virtual void Dispose()
    {
    }

    protected static UsageException NoModel(ExperimentView view) =>
        new($"Experiment '{view.Id}' has no model: {view.Reason ?? "it has not ended yet"}.");
}

/// <param name="Name">Its name, without a folder.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record ModelFile(string Name, byte[] Content);
