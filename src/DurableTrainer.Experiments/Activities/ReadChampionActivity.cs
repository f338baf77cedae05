using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Champions;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Looks up the champion of an experiment's name; null when there is none yet.</summary>
internal sealed class ReadChampionActivity(ArtifactStore store) : Activity<string, ChampionModel?>
{
    public override async Task<ChampionModel?> RunAsync(ActivityContext context, string input, CancellationToken cancellation) =>
        await store.ReadJsonAsync<Champion>(ArtifactPaths.Champion(ExperimentIds.NameOf(input)), cancellation) is { } champion
            ? await PromotedModel.ReadAsync(store, champion, cancellation)
            : null;
}
