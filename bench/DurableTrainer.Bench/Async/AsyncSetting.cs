using DurableTrainer.Training.Parallel.Async.Virtual;

namespace DurableTrainer.Bench.Async;

/// <summary>How long simulated learners take, and how many there are.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Durations">Of a batch.</param>
/// <param name="Joining">How many there are before most of them join, after a third of the updates; all from the start when null.</param>
internal sealed record AsyncSetting(string Name, Durations Durations, int? Joining = null)
{
    public const int Learners = 16;

    /// <summary>σ of the logarithm: one batch in a hundred takes 33 times as long as half of them.</summary>
    private const double HeavyTail = 1.5;

    public static AsyncSetting Equal { get; } = new("equal", new EqualDurations());

    public static AsyncSetting HeavyTailed { get; } = new("heavy-tailed", new LogNormalDurations(HeavyTail));

    public static AsyncSetting Bursty { get; } = new("bursty", new BurstyDurations(Share: 0.1, Factor: 10, Turns: 8));

    public static AsyncSetting Elastic { get; } = new("elastic", new LogNormalDurations(HeavyTail), Joining: 4);

    public static IReadOnlyList<AsyncSetting> All => [Equal, HeavyTailed, Bursty, Elastic];

    /// <param name="seed">Of the run.</param>
    /// <param name="updates">Of the run in all.</param>
    public VirtualSetting Of(int seed, long updates) => new(Durations, seed)
    {
        Membership = Joining is { } few ? [(0, few), (updates / 3, Learners)] : [],
    };
}
