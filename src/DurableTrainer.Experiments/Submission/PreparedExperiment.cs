using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>A spec that has been held against its data and models, and can be run.</summary>
public sealed record PreparedExperiment(ExperimentSpec Spec, DataSource Data)
{
    private const int ProbedPoints = 16;

    /// <summary>Reads the data, builds the model at several points of the space, and checks that the two fit.</summary>
    /// <param name="spec">A valid spec.</param>
    /// <param name="folder">The folder that data paths are relative to.</param>
    /// <param name="pools">The names of the pools that run slices here.</param>
    /// <exception cref="SpecException">It asks for something that cannot be done; all of it is listed.</exception>
    /// <exception cref="DataException">The data cannot be read, or does not fit the model.</exception>
    public static PreparedExperiment Create(ExperimentSpec spec, string folder, IReadOnlyCollection<string> pools)
    {
        var problems = Availability.Problems(spec, pools).ToList();
        Dataset? dataset = null;
        string? loaded = null;
        foreach (var point in Probes(spec))
        {
            var training = spec.Training.Bind(point);
            var key = JsonSerializer.Serialize(training.Data, SpecJson.Options);
            if (dataset is null || loaded != key)
                (dataset, loaded) = (DatasetReader.Read(training.Data, folder), key);
            _ = DataSplit.Of(dataset.Count, training.Data.Split, spec.Seed);
            if (CheckModel(training, dataset, point) is not { } problem)
                continue;
            problems.Add(problem);
            break;
        }

        return problems.Count == 0
            ? new PreparedExperiment(spec, new DataSource(Path.GetFullPath(folder), dataset!.Sha256, dataset.Count, dataset.SampleShape))
            : throw new SpecException(problems);
    }

    private static SpecProblem? CheckModel(TrainingSpec training, Dataset dataset, Point point)
    {
        try
        {
            var graph = GraphBuilder.Build(training.Model, dataset.SampleShape, training.Loss);
            if (training.Loss is CrossEntropySpec)
                dataset.RequireClasses(graph.ShapeOf(graph.Outputs[0])[0]);
            return null;
        }
        catch (ShapeException exception)
        {
            return new SpecProblem("/training/model" + exception.Pointer, $"{exception.Layer} gets {exception.Input}, but wants {exception.Wanted} (at {(point.Count == 0 ? "every point" : point)})");
        }
    }

    /// <summary>The space's two corners, its middle and a few points between.</summary>
    private static IEnumerable<Point> Probes(ExperimentSpec spec)
    {
        var space = SearchSpace.Of(spec);
        var unit = new double[space.Parameters.Count];
        for (var probe = 0; probe < ProbedPoints; probe++)
        {
            // Corners, the middle, then a Kronecker sequence by the golden ratio.
            for (var i = 0; i < unit.Length; i++)
                unit[i] = probe switch { 0 => 0, 1 => 1 - 1e-9, 2 => 0.5, _ => (0.5 + probe * 0.618033988749895 * (i + 1)) % 1 };
            var point = space.Decode(unit);
            if (space.Satisfies(point))
                yield return point;
        }
    }
}
