using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Tests.Costs;

/// <summary>A training whose memory is 100 MB and 120 bytes for each batch · width², and whose loss falls with the width.</summary>
internal static class Costly
{
    public const long Limit = 150_000_000;

    public static IReadOnlyList<Parameter> Space { get; } =
    [
        new FloatParameter { Name = "rate", Min = 1e-4, Max = 0.3, Scale = ParameterScale.Log },
        new ChoiceParameter { Name = "kind", Values = ["a", "b", "c"] },
        new OrdinalParameter { Name = "batch", Values = [16, 32, 64, 128, 256] },
        new IntParameter { Name = "width", Min = 8, Max = 128, Step = 8 },
    ];

    public static double Memory(Point point) => 1e8 + 120 * point["batch"].Number * Math.Pow(point["width"].Number, 2);

    public static SearchSettings Settings(TunerAgent agent = TunerAgent.Bandit, long limit = Limit, long seed = 1, int trials = 60) => new()
    {
        Seed = seed,
        Objectives = [Search.Loss],
        Space = Space,
        Tuner = new TunerSpec { Agent = agent },
        Trials = trials,
        Epochs = 4,
        Limits = new LimitsSpec { Memory = new MemorySize(limit) },
    };

    /// <summary>A point for each draw of a generator.</summary>
    public static Point Draw(KeyedRandom random) =>
        new SearchSpace(Space, []).Decode([.. Space.Select(_ => random.NextDouble())]);

    /// <summary>One trial after the other; those over the limit fail.</summary>
    public static TunerState Run(SearchSettings settings, int trials, Func<Point, double>? memory = null)
    {
        var tuner = new Tuner(settings);
        var state = tuner.Start();
        for (var trial = 0; trial < trials; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            state = End(tuner, state, trial, proposal.Point!, (memory ?? Memory)(proposal.Point!));
        }

        return state;
    }

    public static TunerState End(Tuner tuner, TunerState state, int trial, Point point, double memory)
    {
        var used = new Usage(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4), (long)memory, 4);
        var loss = Math.Abs(Math.Log10(point["rate"].Number) + 2) + 10 / point["width"].Number;
        return tuner.End(state, memory > (state.Settings.Limits?.Memory?.Bytes ?? Limit)
            ? new TrialEnd(trial, TrialStatus.Failed, Usage: used)
            : new TrialEnd(trial, TrialStatus.Completed, Values: [loss], Usage: used)).State;
    }
}
