using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Input.Augmentation;
using DurableTrainer.Training.Parallel.Data.Replicas;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>Reads the data of a spec and builds its model at points of its space, to see that the two exist and fit.</summary>
/// <param name="folder">The folder that data paths are relative to.</param>
/// <param name="files">Finds them.</param>
internal sealed class DataAndModelFit(string folder, DataFiles files)
{
    private const string DataPointer = "/training/data";
    private const string SplitPointer = DataPointer + "/split";
    private const string AugmentPointer = "/training/augment";
    private const string ModelPointer = "/training/model";
    private const string ParallelPointer = "/training/parallel";

    private readonly Dictionary<string, SpecProblem> problems = [];
    private readonly Dictionary<string, Dataset?> datasets = [];
    private SplitSpec? split;

    /// <summary>The data as it was found; null before it was read, and when it cannot be.</summary>
    public DataSource? Source { get; private set; }

    /// <summary>What does not fit; each place with the first point that shows it.</summary>
    public IEnumerable<SpecProblem> Problems(SoundParts parts)
    {
        foreach (var point in parts.Points)
        {
            if (parts.Training<DataSpec>("data", point) is not { } data)
                continue;
            if (data.Split != (split ??= data.Split))
                problems.TryAdd(SplitPointer, new SpecProblem(SplitPointer, "depends on the point, must be the same for all: trials are compared on the same samples"));
            var dataset = Read(data);
            if ((dataset is null ? ShapesOf(data) : (dataset.SampleShape, dataset.TargetSize)) is { } shapes && parts.Training<ModelSpec>("model", point) is { } model)
            {
                var graph = CheckModel(model, parts.Training<LossSpec>("loss", point), shapes, dataset, point);
                CheckAugmentation(parts.Training<IReadOnlyList<AugmentSpec>>("augment", point) ?? [], shapes.Sample, graph, point);
                CheckParallel(parts.Training<ParallelSpec>("parallel", point), graph, point);
                foreach (var problem in graph is null ? [] : AdjustableFit.Problems(parts, graph, shapes.Sample, point))
                    problems.TryAdd(problem.Pointer, problem);
            }
        }

        return problems.Values;
    }

    private Dataset? Read(DataSpec data)
    {
        var key = JsonSerializer.Serialize(data, SpecJson.Options);
        if (datasets.TryGetValue(key, out var known))
            return known;
        try
        {
            var dataset = datasets[key] = files.Read(data, folder);
            Source ??= DataSource.Of(folder, dataset);
            _ = DataSplit.Of(dataset.Count, data.Split, seed: 0);
            return dataset;
        }
        catch (DataException exception)
        {
            problems.TryAdd(DataPointer, new SpecProblem(DataPointer, exception.Message));
            datasets.TryAdd(key, null);
            return datasets[key];
        }
    }

    private void CheckAugmentation(IReadOnlyList<AugmentSpec> augment, IReadOnlyList<int> sampleShape, Graph? graph, Point point)
    {
        for (var i = 0; i < augment.Count; i++)
        {
            var pointer = $"{AugmentPointer}/{i}";
            if (AugmentationFit.WhyNot(augment[i], sampleShape, areIndices: graph?.Vocabulary is not null) is { } why)
                problems.TryAdd(pointer, new SpecProblem(pointer, $"{why}{At(point)}"));
        }
    }

    private void CheckParallel(ParallelSpec? parallel, Graph? graph, Point point)
    {
        if (graph is null)
            return;
        var found = parallel switch
        {
            DataParallelSpec data => PerturbationFit.Problems(data, graph),
            PipelineParallelSpec pipeline when PipelineFit.WhyNot(pipeline, graph) is { } why => [("units", why)],
            _ => [],
        };
        foreach (var (field, why) in found)
            problems.TryAdd($"{ParallelPointer}/{field}", new SpecProblem($"{ParallelPointer}/{field}", $"{why}{At(point)}"));
    }

    private Graph? CheckModel(ModelSpec model, LossSpec? loss, (IReadOnlyList<int> Sample, int Targets) shapes, Dataset? dataset, Point point)
    {
        try
        {
            var graph = loss is null
                ? GraphBuilder.Build(model, shapes.Sample)
                : GraphBuilder.Build(model, shapes.Sample, loss, shapes.Targets);
            if (graph.Vocabulary is { } vocabulary)
                dataset?.RequireIndices(vocabulary);
            if (loss is not null)
                dataset?.RequireTargets(loss, graph.ShapeOf(graph.Outputs[0])[^1]);
            return graph;
        }
        catch (ShapeException exception)
        {
            var pointer = ModelPointer + exception.Pointer;
            problems.TryAdd(pointer, new SpecProblem(
                pointer, $"{exception.Layer} gets {exception.Input}, but wants {exception.Wanted}{At(point)}"));
        }
        catch (DataException exception)
        {
            problems.TryAdd(DataPointer, new SpecProblem(DataPointer, exception.Message));
        }

        return null;
    }

    private static string At(Point point) => point.Count == 0 ? "" : $"; so in the point {point}";

    /// <summary>Shape and number of targets of a sample as the spec declares them, for a model whose data cannot be read.</summary>
    private static (IReadOnlyList<int> Sample, int Targets)? ShapesOf(DataSpec data) => data switch
    {
        CsvDataSpec { Shape: { } shape } csv => (shape, csv.Label.Count),
        IdxDataSpec { Shape: { } shape } => (shape, 1),
        TextDataSpec text => ([text.Length], text.Length),
        Cifar10DataSpec => ([3, 32, 32], 1),
        SyntheticDataSpec synthetic => (synthetic.Shape, 1),
        _ => null,
    };
}
