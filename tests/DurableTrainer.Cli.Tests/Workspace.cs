using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>A folder for one test, with the digits, a small experiment on them, and room for a data folder.</summary>
internal sealed class Workspace : IDisposable
{
    public Workspace() => File.Copy(Path.Combine(Examples, "data", "optdigits.csv.gz"), DataFile);

    public static string Examples { get; } = Path.Combine(FindRoot(), "examples");

    public string Root { get; } = Directory.CreateTempSubdirectory("dtrain-").FullName;

    public string Spec => Path.Combine(Root, "small.json");

    public string DataFile => Path.Combine(Root, "digits.csv.gz");

    public string Data => Path.Combine(Root, "data");

    /// <summary>Writes the experiment: a perceptron that trains long enough to be interrupted, after changes by the test.</summary>
    public string Write(Action<JsonNode>? change = null, string name = "small")
    {
        var spec = JsonNode.Parse("""
            {
              "name": "small", "seed": 11,
              "objective": { "metric": "validation.accuracy" },
              "space": [
                { "name": "learningRate", "type": "float", "min": 3e-4, "max": 0.03, "scale": "log" },
                { "name": "width", "type": "int", "min": 16, "max": 64, "step": 16 },
                { "name": "dropout", "type": "float", "min": 0, "max": 0.4 }
              ],
              "training": {
                "data": { "type": "csv", "path": "digits.csv.gz", "scale": 0.0625, "split": { "validation": 0.2, "test": 0.1 } },
                "model": { "layers": [
                  { "type": "linear", "units": "$width" }, { "type": "batchNorm" }, { "type": "relu" },
                  { "type": "dropout", "rate": "$dropout" }, { "type": "linear", "units": 10 } ] },
                "loss": "crossEntropy",
                "optimizer": { "type": "adamw", "learningRate": "$learningRate" },
                "batchSize": 4, "epochs": 9
              },
              "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 3 },
              "budget": { "trials": 40, "parallel": 1 }
            }
            """)!;
        change?.Invoke(spec);
        var path = Path.Combine(Root, name + ".json");
        File.WriteAllText(path, spec.ToJsonString());
        return path;
    }

    /// <summary>A change to fewer trials, which still leave room for interruptions, for tests that wait for the end.</summary>
    public static void Brief(JsonNode spec) => spec["budget"]!["trials"] = 20;

    /// <summary>Leaves only the first of the digits, which are read sooner.</summary>
    public void KeepDigits(int count) =>
        File.WriteAllBytes(DataFile, Gzip.Compress(string.Join('\n', Gzip.Lines(File.ReadAllBytes(DataFile)).Take(count))));

    public byte[] Read(string artifact) => File.ReadAllBytes(Path.Combine(Data, "experiments", artifact));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return folder.FullName;
    }
}
