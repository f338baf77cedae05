using DurableTrainer.Core.Training;

namespace DurableTrainer.Bench.Async;

/// <summary>By what rates are scaled, and whether the base rate is chosen so that updates are as large as the window's on average.</summary>
internal sealed record AsyncRule(string Name, StalenessContext Context, bool IsMatched = true)
{
    public static AsyncRule Window { get; } = new("window", StalenessContext.Mean);

    public static AsyncRule Current { get; } = new("current", StalenessContext.Current);

    /// <summary>Every update at the window's mean rate: a constant factor that is known only after the run.</summary>
    public static AsyncRule Constant { get; } = new("constant", StalenessContext.None);

    /// <summary>Every update at the base rate itself.</summary>
    public static AsyncRule None { get; } = new("none", StalenessContext.None, IsMatched: false);

    public static AsyncRule Synchronous { get; } = new("synchronous", StalenessContext.Synchronous);

    public static IReadOnlyList<AsyncRule> All => [Window, Current, Constant, None, Synchronous];
}
