using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Input.Augmentation;

namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>Whether what is done to the samples of replicas goes with the model.</summary>
public static class PerturbationFit
{
    /// <param name="parallel">The units.</param>
    /// <param name="graph">The model.</param>
    /// <returns>The way to each field that does not, below <c>parallel</c>, with the end of a sentence that begins with where it stands.</returns>
    public static IEnumerable<(string Field, string Why)> Problems(DataParallelSpec parallel, Graph graph)
    {
        foreach (var (number, unit) in parallel.Units.Index())
        {
            if (unit.Perturb is { Noise: > 0 } perturb
                && AugmentationFit.WhyNot(new NoiseSpec { Deviation = perturb.Noise }, graph.Inputs[0].Shape, areIndices: graph.Vocabulary is not null) is { } why)
            {
                yield return ($"units/{number}/perturb", why);
            }
        }
    }

    /// <exception cref="DataException">A replica's samples cannot be changed as the spec says.</exception>
    internal static void Require(DataParallelSpec parallel, Graph graph)
    {
        foreach (var (field, why) in Problems(parallel, graph))
            throw new DataException($"/parallel/{field}: {why}.");
    }
}
