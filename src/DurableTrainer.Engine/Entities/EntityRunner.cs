using System.Text.Json;
using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine.Entities;

/// <summary>Runs operations of entities, each to the record of its answer and its change.</summary>
internal sealed class EntityRunner(DurableRegistry registry)
{
    private readonly Dictionary<string, IEntity> entities = [];

    public bool Knows(string name) => registry.Entities.ContainsKey(name);

    /// <summary>Runs the oldest waiting operation of an entity. The state held as JSON changes only when the record is applied.</summary>
    public OperationRan RunNext(EntityState entity)
    {
        var operation = entity.Mailbox.Peek();
        try
        {
            var code = Code(entity.Id.Name);
            var before = entity.Live ?? Read(entity.Json, code.StateType);
            var (after, output) = code.Invoke(entity.Id, before, operation.Name, operation.Input);
            var change = ReferenceEquals(before, after)
                ? null
                : StateDelta.Between(entity.Json, Write(after, code.StateType));
            entity.Live = after;
            return new(entity.Id.Name, entity.Id.Key, output, null, change);
        }
        // The edge of the operation: whatever it throws is its answer.
        catch (Exception exception)
        {
            // Should the operation have changed the state object before it threw: the JSON still is what it was.
            entity.Live = null;
            return new(entity.Id.Name, entity.Id.Key, null, Failure.From(exception), null);
        }
    }

    private static object? Read(byte[]? json, Type type) => json is null ? null : JsonSerializer.Deserialize(json, type, DurableJson.Options);

    private static byte[]? Write(object? state, Type type) =>
        state is null ? null : JsonSerializer.SerializeToUtf8Bytes(state, type, DurableJson.Options);

    private IEntity Code(string name)
    {
        if (entities.TryGetValue(name, out var code))
            return code;
        if (!registry.Entities.TryGetValue(name, out var create))
        {
            var known = string.Join(", ", registry.Entities.Keys.Order());
            throw new InvalidOperationException($"There is no entity '{name}'; registered are {known}.");
        }
        entities.Add(name, code = create());
        return code;
    }
}
