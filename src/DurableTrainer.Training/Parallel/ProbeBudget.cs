using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Parallel;

/// <summary>What trying a model out may cost before anything of an experiment has run.</summary>
internal static class ProbeBudget
{
    /// <summary>Of all probes: what a thread does in about a second.</summary>
    public const double MostFlops = 15e9;

    /// <summary>A way back costs about twice the way forward.</summary>
    private const int TrainingFactor = 3;

    /// <summary>Of a sample that is trained on.</summary>
    public static double FlopsOfSample(Graph graph) => (double)graph.Cost.Flops * TrainingFactor;
}
