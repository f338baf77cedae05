using DurableTask.Core;
using DurableTask.Core.Entities;

namespace DurableTrainer.DurableTask.Tests.BackEnd;

/// <summary>Reads entities out of a back end: each is an instance whose input is the state after the last batch of operations.</summary>
internal sealed class EntityReader(IOrchestrationServiceClient backEnd) : EntityBackendQueries
{
    public override async Task<EntityMetadata?> GetEntityAsync(
        EntityId id, bool includeState = false, bool includeStateless = false, CancellationToken cancellation = default)
    {
        var instance = await backEnd.GetOrchestrationStateAsync(id.ToString(), executionId: null);
        return ClientEntityHelpers.GetEntityState(instance?.Input) is { } state
            ? new() { EntityId = id, LastModifiedTime = instance!.LastUpdatedTime, SerializedState = state }
            : null;
    }

    public override Task<EntityQueryResult> QueryEntitiesAsync(EntityQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public override Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest request = default, CancellationToken cancellation = default) => throw new NotSupportedException();
}
