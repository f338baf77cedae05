using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Costs;

/// <summary>
/// Whether a mask is right is found out by trying what it forbids: one proposal in twenty does as if there were none. Where what was masked did
/// fit more often than it may, the mask must be surer to forbid anything.
/// </summary>
internal static class MaskChecks
{
    /// <summary>How likely a point that is masked may fit.</summary>
    public const double Doubt = 1 - UsageModel.Confidence;

    private const string Mark = ", unmasked to check the mask";
    private const double Share = 1.0 / 20;

    /// <summary>A check costs a trial and serves those that come after it, of which it must be one in twenty to be worth it.</summary>
    private const int LeastToCome = 20;

    /// <summary>What the doubt is divided by for each check that it was not made for.</summary>
    private const double Fading = 4;

    private const double SmallestDoubt = 1e-6;

    /// <summary>Whether the next proposal does as if there were no mask.</summary>
    public static bool IsDue(TunerState state)
    {
        var trial = state.Trials.Count;
        return state.Settings.Limits is not null
            && !(state.Settings.Trials - trial <= LeastToCome)
            && new KeyedRandom(state.Settings.Seed, "mask/check", trial).NextDouble() < Share;
    }

    /// <summary>How likely something that is masked may be to fit, by what came of the checks so far.</summary>
    /// <param name="state">All trials so far.</param>
    /// <param name="isWithin">Whether a usage keeps the limits at a point.</param>
    public static double Chance(TunerState state, Func<Point, TrialUsage, bool> isWithin)
    {
        var space = new Lazy<SearchSpace>(() => new SearchSpace(state.Settings.Space, state.Settings.Constraints));
        var (fitted, kept) = (0, 0);
        foreach (var trial in state.Trials.Where(trial => trial.Usage is not null && IsCheck(trial.Origin)))
        {
            if (!isWithin(trial.PointIn(space.Value), trial.Usage!))
                kept++;
            else if (trial.Status != TrialStatus.Failed)
                fitted++;
        }

        // Of twenty checks, one may fit.
        var tooMany = Math.Max(0, fitted - kept * Doubt / (1 - Doubt));
        return Math.Max(SmallestDoubt, Doubt * Math.Pow(Fading, -tooMany));
    }

    /// <summary>The origin of a point that was masked and is tried all the same.</summary>
    public static string Marked(string origin) => origin + Mark;

    public static bool IsCheck(string origin) => origin.EndsWith(Mark, StringComparison.Ordinal);

    /// <summary>Who proposed a point, whether it was masked or not.</summary>
    public static string WithoutMark(string origin) => IsCheck(origin) ? origin[..^Mark.Length] : origin;
}
