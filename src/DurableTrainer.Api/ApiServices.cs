using DurableTrainer.Api.Data;
using DurableTrainer.Api.Events;
using DurableTrainer.Api.Http;
using DurableTrainer.Api.Views;
using DurableTrainer.Experiments;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Api;

/// <summary>What the routes work with. A host makes it of its engine and its store.</summary>
public sealed class ApiServices
{
    /// <param name="store">Where artifacts are.</param>
    /// <param name="experiments">Submits experiments and steers them.</param>
    /// <param name="live">Is told of every event.</param>
    /// <param name="data">Where uploaded data lies.</param>
    public ApiServices(ArtifactStore store, ExperimentClient experiments, LiveExperiments live, DataRoot data)
    {
        (Store, Experiments, Live, Data) = (store, experiments, live, data);
        Catalog = new ExperimentCatalog(store, live);
        Submissions = new Submissions(experiments, store);
    }

    public ArtifactStore Store { get; }

    public ExperimentClient Experiments { get; }

    public LiveExperiments Live { get; }

    public DataRoot Data { get; }

    public ExperimentCatalog Catalog { get; }

    public Submissions Submissions { get; }

    /// <summary>How experiments stand, for those who poll.</summary>
    internal RecentAnswers Statuses { get; } = new();

    /// <summary>The names of the pools that run slices here.</summary>
    public IReadOnlyCollection<string> Pools { get; init; } = [];

    /// <summary>The commands that may be run here.</summary>
    public AllowedCommands Allowed { get; init; } = AllowedCommands.None;

    /// <summary>Finds data.</summary>
    public DataFiles Files { get; init; } = DataFiles.Local;

    /// <summary>What the pools are busy with.</summary>
    public Func<IReadOnlyList<PoolReport>> PoolReports { get; init; } = () => [];

    /// <summary>The largest file that is taken in.</summary>
    public long MostUploadBytes { get; init; } = 16L << 30;

    /// <summary>Completes, faulted, when the host can no longer go on.</summary>
    public Task Fault { get; init; } = new TaskCompletionSource().Task;
}
