using System.Text;
using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Storage;
using DurableTrainer.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Workers.Slices;

/// <summary>The spec and data of the experiment that a worker runs slices of, kept between slices.</summary>
internal sealed class ExperimentCache(ArtifactStore store, WorkerEquipment equipment)
{
    private LoadedExperiment? current;

    /// <exception cref="DataException">The data is gone, or is not what the experiment started with.</exception>
    public async Task<LoadedExperiment> GetAsync(string experiment)
    {
        if (current?.Id == experiment)
            return current;
        var (spec, source) = await ReadAsync(ArtifactPaths.Spec(experiment), ArtifactPaths.Data(experiment));
        return current = new LoadedExperiment(experiment, spec, source, equipment);
    }

    /// <summary>A spec, and what the data was that it was run with.</summary>
    public async Task<(ExperimentSpec Spec, DataSource Data)> ReadAsync(string spec, string data) =>
        (SpecReader.Read(Encoding.UTF8.GetString(await RequireAsync(spec))), DataSource.Read(await RequireAsync(data)));

    private async Task<byte[]> RequireAsync(string path) =>
        await store.ReadAsync(path) ?? throw new StorageException(StorageFault.Missing, $"The artifact '{path}' is gone; the experiment cannot go on without it.");
}

/// <summary>An experiment with its data in memory. The data is read once for each different way in which points ask for it.</summary>
internal sealed class LoadedExperiment(string id, ExperimentSpec spec, DataSource source, WorkerEquipment equipment)
{
    private (string Key, Dataset Data)? last;

    public string Id { get; } = id;

    public ExperimentSpec Spec { get; } = spec;

    /// <summary>Where the spec's file lay, and what it named there.</summary>
    public DataSource Source => source;

    private AsyncSurroundings Surroundings { get; } =
        new() { StartLearner = equipment.Learners is { } learners ? learners.Start : null };

    /// <summary>How many numbers the model of a point learns, without making room for them.</summary>
    /// <exception cref="ImpossiblePointException">The model cannot be trained at this point.</exception>
    /// <exception cref="DataException">The data is gone, or is not what the experiment started with.</exception>
    public long CountParameters(Point point)
    {
        var training = Bind(point);
        var data = Load(training.Data);
        return AtPoint(() => GraphBuilder.Build(training.Model, data.SampleShape, training.Loss, data.TargetSize).ParameterCount);
    }

    /// <param name="point">What to train with.</param>
    /// <param name="trial">Whose random choices are made.</param>
    /// <param name="threads">How many compute.</param>
    /// <param name="isInGaps">Whether it begins in the gaps of another.</param>
    /// <exception cref="ImpossiblePointException">The model cannot be trained at this point.</exception>
    /// <exception cref="DataException">The data is gone, or is not what the experiment started with.</exception>
    public ITrainingSession CreateSession(Point point, int trial, int threads, bool isInGaps = false)
    {
        var training = Bind(point);
        var (data, split) = (Load(training.Data), Split(training.Data));
        return AtPoint(() => SessionFactory.Create(
            training, data, split, Spec.Seed, trial, threads, point, equipment.Processors, Surroundings, PipelinesOf(training, isInGaps)));
    }

    /// <summary>Takes in a model of another experiment, to measure it on the samples of this one.</summary>
    /// <param name="other">The spec of that experiment, and what its data was.</param>
    /// <param name="model">What the model was trained with.</param>
    /// <param name="point">Whose samples are meant.</param>
    /// <param name="threads">How many compute.</param>
    /// <exception cref="DataException">The samples mean something else to that model; or the data is gone, or is not what the experiment started with.</exception>
    public ITrainingSession CreateSession((ExperimentSpec Spec, DataSource Data) other, Point model, Point point, int threads)
    {
        var (spec, was) = other;
        var training = AtPoint(() => spec.Training.Bind(model));
        var own = Bind(point).Data with { Scale = training.Data.Scale };
        var (data, split) = (Load(own), Split(own));
        if (!was.SampleShape.SequenceEqual(data.SampleShape) || was.Targets != data.TargetSize || !HaveSameUnits(was.Text, data.Text))
        {
            throw new DataException(
                $"It was trained on samples of shape [{string.Join(", ", was.SampleShape)}] with {was.Targets} targets{Units(was)}; these have shape "
                + $"[{string.Join(", ", data.SampleShape)}], {data.TargetSize} targets{(was.Text is null ? "" : " or another vocabulary")}.");
        }

        return AtPoint(() => SessionFactory.Create(training with { Data = own, Parallel = new SingleParallelSpec() }, data, split, Spec.Seed, trial: 0, threads, model, equipment.Processors));

        static string Units(DataSource was) => was.Text is null ? "" : " of a text";
    }

    private PipelineSurroundings? PipelinesOf(TrainingSpec training, bool isInGaps) =>
        training.Parallel is PipelineParallelSpec { Fill: not null } && equipment.GapFolder is { } folder
            ? new PipelineSurroundings { Place = new FillPlace(Path.Combine(folder, Id)), IsInGaps = isInGaps }
            : null;

    private static bool HaveSameUnits(TextUnits? one, TextUnits? other) => JsonSerializer.Serialize(one) == JsonSerializer.Serialize(other);

    /// <summary>Which samples a point trains on, is compared by and is tested with.</summary>
    public DataSplit SplitAt(Point point) => Split(Spec.Training.Bind(point).Data);

    private DataSplit Split(DataSpec data) => DataSplit.Of(Load(data).Count, data.Split, Spec.Seed);

    private TrainingSpec Bind(Point point) => AtPoint(() => Spec.Training.Bind(point));

    private static T AtPoint<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is SpecException or TrainingException)
        {
            throw new ImpossiblePointException(exception);
        }
    }

    private Dataset Load(DataSpec data)
    {
        var key = JsonSerializer.Serialize(data, SpecJson.Options);
        if (last is { } loaded && loaded.Key == key)
            return loaded.Data;
        var dataset = equipment.Files.Read(data, source.Folder);
        source.Verify(dataset);
        last = (key, dataset);
        return dataset;
    }
}

/// <summary>Nothing can be trained at a point, such as a model whose layers do not fit there: its trial fails, and others go on.</summary>
internal sealed class ImpossiblePointException(Exception why) : Exception($"nothing can be trained at this point: {why.Message}", why);
