using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Parallel.Data.Planning;

/// <summary>How many samples of a batch units may take memory for.</summary>
internal static class UnitMemory
{
    /// <returns>By unit, at least 1 and at most the batch.</returns>
    /// <exception cref="ProcessorException">A unit has no memory for a single sample, or all together have none for the batch.</exception>
    public static int[] MostSamples(IReadOnlyList<UnitSpec> units, Graph graph, int batch)
    {
        int[] most = [.. units.Select((unit, number) => MostSamples(unit, number, graph, batch))];
        if (most.Sum(count => (long)count) is var together && together < batch)
        {
            throw new ProcessorException(
                $"/parallel/units: the memory of the units is enough for {together} samples, and a batch has {batch}; choose a smaller batch or more memory.");
        }

        return most;
    }

    private static int MostSamples(UnitSpec unit, int number, Graph graph, int batch)
    {
        if (unit.Memory is not { } memory)
            return batch;
        var least = TrainingMemory.BytesOf(graph, new SgdSpec(), 1);
        if (least > memory.Bytes)
        {
            throw new ProcessorException(
                $"/parallel/units/{number}/memory: a replica of this model takes at least {least} bytes for a single sample, and the unit may take {memory}.");
        }

        var (fits, exceeds) = (1, batch + 1);
        while (exceeds - fits > 1)
        {
            var middle = (int)(((long)fits + exceeds) / 2);
            if (TrainingMemory.BytesOf(graph, new SgdSpec(), middle) <= memory.Bytes)
                fits = middle;
            else
                exceeds = middle;
        }

        return fits;
    }
}
