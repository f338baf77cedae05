namespace DurableTrainer.Durable;

/// <summary>
/// A durable state with operations that run one at a time. An operation is a pure function from state and input to state and output;
/// one that throws changes nothing. One object of this class serves all keys of its name, so that it must hold nothing between operations:
/// what is to be kept belongs in the state.
/// </summary>
/// <typeparam name="TState">An immutable record; null before the first operation and after it was deleted.</typeparam>
public abstract class Entity<TState> : IEntity where TState : class
{
    private readonly Dictionary<string, Func<TState?, string?, EntityId, (TState?, string?)>> operations = [];

    /// <summary>Defines an operation. To be called from the constructor.</summary>
    protected void On<TInput, TOutput>(EntityOperation<TInput, TOutput> operation, Func<TState?, TInput, (TState? State, TOutput Output)> handler) =>
        On(operation, (state, input, _) => handler(state, input));

    /// <summary>Defines an operation that needs to know which entity it is.</summary>
    protected void On<TInput, TOutput>(EntityOperation<TInput, TOutput> operation, Func<TState?, TInput, EntityId, (TState? State, TOutput Output)> handler) =>
        operations.Add(operation.Name, (state, input, id) =>
        {
            var (next, output) = handler(state, DurableJson.Deserialize<TInput>(input), id);
            return (next, DurableJson.Serialize(output));
        });

    Type IEntity.StateType => typeof(TState);

    (object? State, string? Output) IEntity.Invoke(EntityId id, object? state, string operation, string? input) =>
        operations.TryGetValue(operation, out var handler)
            ? handler((TState?)state, input, id)
            : throw new InvalidOperationException($"Entity {id} has no operation '{operation}'; it has {string.Join(", ", operations.Keys.Order())}.");
}

/// <summary>
/// An entity's code as an engine sees it: state as an object, input and output as JSON. An engine may use one instance for all keys.
/// </summary>
public interface IEntity
{
    Type StateType { get; }

    (object? State, string? Output) Invoke(EntityId id, object? state, string operation, string? input);
}
