using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using DurableTrainer.Workers;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>A whole experiment on worker processes: the test assembly itself is their program.</summary>
public class RealWorkersTests
{
    [Fact]
    public async Task An_experiment_on_the_digits_finds_a_model_and_finds_it_again()
    {
        using var folder = new TemporaryFolder();
        var store = new FolderStore(folder.Path);
        var examples = FindExamples();
        var prepared = PreparedExperiment.Create(SpecReader.Read("""
            {
              "name": "digits",
              "objective": { "metric": "validation.accuracy" },
              "space": [ { "name": "rate", "type": "float", "min": 0.001, "max": 1, "scale": "log" } ],
              "training": {
                "data": { "type": "csv", "path": "data/optdigits.csv.gz", "shape": [1, 8, 8], "scale": 0.0625, "split": { "validation": 0.2, "test": 0.1 } },
                "model": { "layers": [ { "type": "flatten" }, { "type": "linear", "units": 10 } ] },
                "loss": "crossEntropy", "optimizer": { "type": "sgd", "learningRate": "$rate" }, "epochs": 4
              },
              "budget": { "trials": 4 }
            }
            """), examples, ["cpu"]);
        var command = new WorkerCommand("dotnet", ["exec", typeof(RealWorkersTests).Assembly.Location, folder.Path]);
        await using var pool = new WorkerPool(command, 1, TimeProvider.System);
        EmbeddedEngine engine = null!;
        var services = new ExperimentServices(
            store, new Dictionary<string, WorkerPool> { ["cpu"] = pool }, FaultPolicy.Halt(fault => engine.Halt(fault)), (_, _) => { });
        await using var opened = engine = await EmbeddedEngine.OpenAsync(
            new() { Folder = null, Registry = ExperimentWorkflows.Register(new DurableRegistry(), services), CheckReplay = true });
        engine.Start();
        var client = new ExperimentClient(engine.Client, store);

        var results = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            var id = await client.SubmitAsync(prepared);
            var ended = client.WaitAsync(id);
            await await Task.WhenAny(ended, engine.Fault);
            Assert.Equal(ExperimentStatus.Completed, (await ended).Status);
            results.Add(System.Text.Encoding.UTF8.GetString((await store.ReadAsync(ArtifactPaths.Result(id)))!).Replace(id, "id", StringComparison.Ordinal));
        }

        Assert.Equal(results[0], results[1]);
        var result = ArtifactJson.Read<ExperimentResult>(results[0]);
        Assert.InRange(result.Best!.Metrics["test.accuracy"], 0.8, 1);
        Assert.NotNull(await store.ReadAsync(ArtifactPaths.ModelSafetensors("digits-1")));
    }

    /// <summary>The worker program.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        var output = new StreamWriter(Console.OpenStandardOutput());
        using var program = new WorkerProgram(new FolderStore(arguments[0]), TimeProvider.System, output, Console.Error);
        return await program.RunAsync(Console.In);
    }

    private static string FindExamples()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return Path.Combine(folder.FullName, "examples");
    }
}
