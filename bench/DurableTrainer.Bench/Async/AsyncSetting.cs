using DurableTrainer.Training.Parallel.Async.Virtual;

namespace DurableTrainer.Bench.Async;

/// <summary>How long simulated learners take, and how many there are.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Durations">Of a batch.</param>
/// <param name="Join">Whether three quarters of them join only after a third of the updates.</param>
internal sealed record AsyncSetting(string Name, Durations Durations, bool Join = false)
{
    /// <summary>σ of the logarithm: one batch in a hundred takes 33 times as long as half of them.</summary>
    private const double HeavyTail = 1.5;

    public static AsyncSetting Equal { get; } = new("equal", new EqualDurations());

    public static AsyncSetting HeavyTailed { get; } = new("heavy-tailed", new LogNormalDurations(HeavyTail));

    public static AsyncSetting Bursty { get; } = new("bursty", new BurstyDurations(Share: 0.1, Factor: 10, Turns: 8));

    public static AsyncSetting Elastic { get; } = new("elastic", new LogNormalDurations(HeavyTail), Join: true);

    public static IReadOnlyList<AsyncSetting> All => [Equal, HeavyTailed, Bursty, Elastic];

    /// <summary>How many there are in the end.</summary>
    public int Learners { get; init; } = 16;

    /// <param name="seed">Of the run.</param>
    /// <param name="updates">Of the run in all.</param>
    public VirtualSetting Of(int seed, long updates) => new(Durations, seed)
    {
        Membership = Join ? [(0, Learners / 4), (updates / 3, Learners)] : [],
    };
}
