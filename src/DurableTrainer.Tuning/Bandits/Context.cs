using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Bandits;

/// <summary>What a search looks like to the bandit, as numbers of about -1 to 1.</summary>
internal static class Context
{
    public const int Count = 9;

    public static double[] Of(SearchHistory history)
    {
        var (space, trials) = (history.Space, history.State.Trials.Count);
        var ended = history.Observations.Count + history.Infeasible.Count;
        var stagnation = Stagnation(history);
        return
        [
            1,
            Math.Log(space.Dimensions) / 3 - 0.5,
            space.IsChoice.Average(choice => choice ? 1.0 : 0),
            history.Settings.Space.Average(parameter => parameter.When is null ? 0.0 : 1),
            (double)trials / (trials + 50),
            history.Settings.Trials is { } budget ? Math.Max(0, 1 - (double)trials / budget) : 0.5,
            (double)stagnation / (stagnation + 10),
            history.Belief is { } belief ? Math.Clamp(belief.Objectives[0].Learned / 2, -1, 1) : 0,
            ended == 0 ? 0 : (double)history.Infeasible.Count / ended,
        ];
    }

    /// <summary>Trials with a value since the best one.</summary>
    private static int Stagnation(SearchHistory history) =>
        history.Observations.Count == 0 ? 0 : history.Observations.Count - 1 - history.Ranking[0];
}
