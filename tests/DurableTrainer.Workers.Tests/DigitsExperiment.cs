using System.Text;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Data;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Workers.Tests;

/// <summary>A store that holds a submitted experiment on the handwritten digits, ready for its slices.</summary>
internal sealed class DigitsExperiment : IDisposable
{
    public const string Id = "digits-1";

    private readonly TemporaryFolder folder = new();

    /// <param name="limits">The spec's limits, as JSON.</param>
    /// <param name="objective">The spec's objective, as JSON.</param>
    /// <param name="parallel">How one model is spread over processors, as JSON.</param>
    public DigitsExperiment(string limits = "{}", string objective = """{ "metric": "validation.loss" }""", string parallel = "\"single\"")
    {
        Directory.CreateDirectory(folder.At("data"));
        File.Copy(Path.Combine(FindExamples(), "data/optdigits.csv.gz"), DataFile);
        Store = new FolderStore(folder.At("store"));
        var spec = SpecReader.Read($$"""
            {
              "objective": {{objective}},
              "space": [
                { "name": "rate", "type": "float", "min": 0.001, "max": 1e30 },
                { "name": "kernel", "type": "int", "min": 1, "max": 20 },
                { "name": "batch", "type": "int", "min": 1, "max": 64 }
              ],
              "training": {
                "data": { "type": "csv", "path": "optdigits.csv.gz", "shape": [1, 8, 8], "scale": 0.0625, "split": { "validation": 0.2, "test": 0.1 } },
                "model": { "layers": [
                  { "type": "maxPool2d", "size": "$kernel" }, { "type": "flatten" },
                  { "type": "linear", "units": 16 }, { "type": "relu" }, { "type": "linear", "units": 10 } ] },
                "loss": "crossEntropy",
                "optimizer": { "type": "sgd", "learningRate": "$rate", "momentum": 0.9 },
                "batchSize": "$batch",
                "epochs": 6,
                "parallel": {{parallel}}
              },
              "limits": {{limits}}
            }
            """);
        var data = DatasetReader.Read(spec.Training.Bind(Point()).Data, folder.At("data"));
        Write(ArtifactPaths.Spec(Id), Encoding.UTF8.GetBytes(SpecReader.Write(spec)));
        Write(ArtifactPaths.Data(Id), DataSource.Of(folder.At("data"), data).Write());
    }

    public FolderStore Store { get; }

    /// <summary>What the workers log.</summary>
    public StringWriter Log { get; } = new();

    public string DataFile => folder.At("data/optdigits.csv.gz");

    public static Point Point(double rate = 0.1, int kernel = 1, int batch = 64) =>
        new([new("rate", rate), new("kernel", kernel), new("batch", batch)]);

    public static SliceRequest Slice(int number, int fromEpoch, int toEpoch) => new()
    {
        Experiment = Id,
        Trial = 0,
        Slice = number,
        Point = Point(),
        FromEpoch = fromEpoch,
        ToEpoch = toEpoch,
    };

    /// <summary>Runs a slice on a worker of its own, as after a restart.</summary>
    public Task<SliceResult> RunAsync(
        SliceRequest request, Action<EpochReport>? report = null, TimeProvider? time = null, WorkerEquipment? equipment = null,
        CancellationToken stop = default) =>
        new SliceRunner(Store, time ?? TimeProvider.System, Log, equipment ?? WorkerEquipment.Plain).RunAsync(request, report ?? (_ => { }), stop);

    /// <summary>All files of a trial with their content.</summary>
    public async Task<SortedDictionary<string, string>> FilesAsync(int trial = 0)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in await Store.ListAsync(ArtifactPaths.Trial(Id, trial)))
            files[path] = Convert.ToBase64String((await Store.ReadAsync(path))!);
        return files;
    }

    public async Task<IReadOnlyList<long>> CheckpointStepsAsync() =>
        [.. (await Store.ListAsync(ArtifactPaths.Checkpoints(Id, 0))).Select(path => ArtifactPaths.CheckpointStep(path)!.Value).Order()];

    public void Write(string path, byte[] content) => Store.WriteAsync(path, content).GetAwaiter().GetResult();

    public void Dispose()
    {
        folder.Dispose();
        Log.Dispose();
    }

    private static string FindExamples()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return Path.Combine(folder.FullName, "examples");
    }
}
