namespace DurableTrainer.Training.Sessions;

/// <summary>How a user is told that training led to a number that is none.</summary>
internal static class NonFinite
{
    private const string Advice = "a smaller learning rate may help";

    /// <param name="what">What became such a number.</param>
    /// <param name="value">Not a number, or infinite.</param>
    /// <param name="epoch">Counted from 1.</param>
    /// <param name="when">In it.</param>
    public static string Describe(string what, double value, int epoch, string when) =>
        $"NonFinite: {what} became {Word(value)} in epoch {epoch}, {when}; {Advice}.";

    /// <param name="what">What became such a number, as half a sentence.</param>
    /// <param name="epoch">Counted from 1.</param>
    public static string Describe(string what, int epoch) => $"NonFinite: {what} in epoch {epoch}; {Advice}.";

    public static string Word(double value) => double.IsNaN(value) ? "not a number" : "infinite";
}
