namespace DurableTrainer.Training.Input;

/// <summary>
/// How fast a pipeline is: as its slowest stage, X = min k/(c + l) samples a second. Each worker of a stage has one sample at a time, so
/// that by Little's law (Little 1961) k of them finish k samples in the time c + l that one takes.
/// </summary>
internal static class ThroughputModel
{
    /// <summary>X, in samples a second.</summary>
    public static double Rate(IReadOnlyList<StageMeasure> stages) => stages.Min(stage => stage.Rate);

    /// <summary>X with processors for all.</summary>
    public static double UndelayedRate(IReadOnlyList<StageMeasure> stages) => stages.Min(stage => stage.UndelayedRate);

    /// <summary>Processors that are busy at so many samples a second.</summary>
    public static double Processors(IReadOnlyList<StageMeasure> stages, double rate) => rate * stages.Sum(stage => stage.CpuSeconds);

    /// <summary>The stage that bounds the rate.</summary>
    public static int Tightest(IReadOnlyList<StageMeasure> stages)
    {
        var tightest = 0;
        for (var stage = 1; stage < stages.Count; stage++)
        {
            if (stages[stage].Rate < stages[tightest].Rate)
                tightest = stage;
        }

        return tightest;
    }
}
