using System.Globalization;

namespace DurableTrainer.Workers.Pool.Grants;

/// <summary>Says why a slice has its threads.</summary>
internal static class ThreadReasons
{
    /// <param name="threads">What it has.</param>
    /// <param name="due">What it would have if nobody had more than is due to him.</param>
    /// <param name="units">Threads of the machine.</param>
    /// <param name="work">The slice.</param>
    /// <param name="rank">Its place among those that promise something, counted from 0; below 0 when it promises nothing.</param>
    /// <param name="running">How many run, itself included.</param>
    public static string Of(int threads, int due, int units, SeatedWork work, int rank, int running)
    {
        var count = threads == units ? Count(threads) : $"{threads} of {Count(units)}";
        if (threads < due)
            return $"{count}: others use the rest until their slices end";
        if (rank < 0)
            return $"{count}: an even share";
        if (running == 1)
            return $"{count}: the only trial that runs";
        var compared = work.Promise is { Rank: > 0 and var share }
            ? string.Create(CultureInfo.InvariantCulture, $" (better than {100 * share:0}% at epoch {work.Epoch})")
            : "";
        return $"{count}: {Ordinal(rank + 1)} of {running} running trials{compared}";
    }

    private static string Count(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";

    private static string Ordinal(int place) => place switch
    {
        1 => "first",
        2 => "second",
        3 => "third",
        _ => $"number {place}",
    };
}
