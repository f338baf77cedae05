using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests;

public sealed record Count(int Value);

/// <summary>The smallest entity there is: adds numbers, refuses negative ones.</summary>
public sealed class Counter : Entity<Count>
{
    public const string Name = "counter";
    public static readonly EntityOperation<int, int> Add = new("add");
    public static readonly EntityOperation<Unit, Unit> Delete = new("delete");

    public Counter()
    {
        On(Add, (state, by) => by < 0
            ? throw new ArgumentOutOfRangeException(nameof(by), "Only what is positive can be added.")
            : (new Count((state?.Value ?? 0) + by), (state?.Value ?? 0) + by));
        On(Delete, (_, _) => (null, default(Unit)));
    }
}
