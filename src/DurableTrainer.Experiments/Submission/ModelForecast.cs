using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>What is known of the data and the models of an experiment before it has run.</summary>
public sealed record ModelForecast
{
    public required int TrainingSamples { get; init; }

    public required int ValidationSamples { get; init; }

    public required int TestSamples { get; init; }

    public required IReadOnlyList<int> SampleShape { get; init; }

    /// <summary>How many targets a sample has.</summary>
    public required int Targets { get; init; }

    /// <summary>What the numbers of a text stand for; null for other data.</summary>
    public TextUnits? Text { get; init; }

    /// <summary>Records that were left out because they are no samples; null when there are none.</summary>
    public SkippedRecords? Skipped { get; init; }

    /// <summary>Floating-point operations if no trial stops early, by the costliest of the points that were looked at.</summary>
    public required double WorstCaseFlops { get; init; }

    /// <summary>Fewest learned numbers of a model at the points that were looked at.</summary>
    public required long MinParameters { get; init; }

    /// <summary>Most learned numbers of a model at the points that were looked at.</summary>
    public required long MaxParameters { get; init; }

    internal static ModelForecast Of(ExperimentSpec spec, DataSource data, IReadOnlyList<Point> points, long epochs)
    {
        var trainings = points.Select(spec.Training.Bind).ToList();
        var graphs = trainings.ConvertAll(training => GraphBuilder.Build(training.Model, data.SampleShape, training.Loss, data.Targets));
        var split = DataSplit.Of(data.Samples, trainings[0].Data.Split, spec.Seed);
        return new ModelForecast
        {
            TrainingSamples = split.Train.Length,
            ValidationSamples = split.Validation.Length,
            TestSamples = split.Test.Length,
            SampleShape = data.SampleShape,
            Targets = data.Targets,
            Text = data.Text,
            Skipped = data.Skipped,
            WorstCaseFlops = epochs * graphs.Max(graph => TrainingWork.FlopsOfEpoch(graph, split)),
            MinParameters = graphs.Min(graph => graph.ParameterCount),
            MaxParameters = graphs.Max(graph => graph.ParameterCount),
        };
    }
}
