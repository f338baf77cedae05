using System.Globalization;

namespace DurableTrainer.Training.Parallel.Async.Loopback;

/// <summary>Where a learner finds its server, and how it shows that it was started by it.</summary>
/// <param name="Learner">Which learner it is.</param>
/// <param name="Port">On the loopback interface.</param>
/// <param name="Token">Known to the two alone.</param>
public sealed record LearnerAddress(int Learner, int Port, string Token)
{
    /// <summary>As a line that no list of processes shows.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Learner} {Port} {Token}");

    /// <returns>Null when the line is not one.</returns>
    public static LearnerAddress? Parse(string? line) =>
        line?.Split(' ') is [var learner, var port, { Length: > 0 } token]
            && int.TryParse(learner, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var open) && open is > 0 and <= ushort.MaxValue
            ? new LearnerAddress(number, open, token)
            : null;
}
