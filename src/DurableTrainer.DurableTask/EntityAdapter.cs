using System.Text.Json;
using DurableTrainer.Durable;
using Microsoft.DurableTask.Entities;

namespace DurableTrainer.DurableTask;

/// <summary>An entity of the durable surface as one of Durable Task. A trigger function dispatches to it.</summary>
/// <param name="name">The name that it was registered under: Durable Task knows it in lower case only.</param>
/// <param name="entity">Serves all keys.</param>
public sealed class EntityAdapter(string name, IEntity entity) : ITaskEntity
{
    /// <returns>The answer as a <see cref="JsonElement"/>, or null.</returns>
    public ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        var state = ((JsonElement?)operation.State.GetState(typeof(JsonElement?)))?.Deserialize(entity.StateType, DurableJson.Options);
        var input = operation.GetInput<JsonElement?>();
        var (next, output) = entity.Invoke(new EntityId(name, operation.Context.Id.Key), state, operation.Name, Wire.Text(input));
        operation.State.SetState(next is null ? null : Wire.Write(next));
        return ValueTask.FromResult<object?>(Wire.Parse(output));
    }
}
