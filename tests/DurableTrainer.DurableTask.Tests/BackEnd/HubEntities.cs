using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using CoreEntityId = DurableTask.Core.Entities.EntityId;

namespace DurableTrainer.DurableTask.Tests.BackEnd;

/// <summary>Reads entities out of a back end of the same process, which is all that the durable surface's client does with them.</summary>
internal sealed class HubEntities(EntityBackEnd backEnd) : DurableEntityClient("hub")
{
    public override async Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        await backEnd.EntityBackendQueries.GetEntityAsync(new CoreEntityId(id.Name, id.Key), includeState, includeStateless: false, cancellation) is { } found
            ? new EntityMetadata(id, found.SerializedState is { } state ? new(state, DurableTaskRegistration.Converter) : null)
            : null;

    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) => throw new NotSupportedException();

    public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) => throw new NotSupportedException();

    public override Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default) =>
        throw new NotSupportedException();
}
