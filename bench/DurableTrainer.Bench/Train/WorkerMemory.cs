using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Bench.Train;

/// <summary>Peak resident memory of a real worker while <c>dtrain run</c> trains the digits.</summary>
internal static class WorkerMemory
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    public static Cell Cell { get; } = new(Workload.Named("digits-cnn"), 64);

    /// <returns>Null where the system does not tell which processes a process has started.</returns>
    /// <exception cref="BenchException">The run failed.</exception>
    public static async Task<long?> MeasureAsync(int epochs, CancellationToken cancellation)
    {
        if (!Directory.Exists("/proc/self/task"))
            return null;
        var folder = Directory.CreateTempSubdirectory("dtrain-bench-");
        try
        {
            var spec = Path.Combine(folder.FullName, "digits.json");
            await File.WriteAllTextAsync(spec, Spec(epochs), cancellation);
            return await WatchAsync(["run", spec, "--data", Path.Combine(folder.FullName, "data"), "--no-color"], cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<long?> WatchAsync(string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "dtrain.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var run = Process.Start(start)!;
        try
        {
            var (output, error) = (run.StandardOutput.ReadToEndAsync(cancellation), run.StandardError.ReadToEndAsync(cancellation));
            long peak = 0;
            while (!run.HasExited)
            {
                // The peak only grows, but a worker starts it over with each slice: looking often loses neither.
                peak = Math.Max(peak, ChildrenOf(run.Id).Select(PeakOf).DefaultIfEmpty().Max());
                await Task.Delay(BetweenLooks, cancellation);
            }

            await output;
            return run.ExitCode == 0 && peak > 0 ? peak : throw new BenchException($"dtrain run failed: {await error}");
        }
        finally
        {
            if (!run.HasExited)
                run.Kill(entireProcessTree: true);
        }
    }

    private static IEnumerable<int> ChildrenOf(int process)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            // The process, or one of its threads, has ended meanwhile.
            return [];
        }
    }

    private static long PeakOf(int process)
    {
        try
        {
            using var worker = Process.GetProcessById(process);
            return worker.PeakWorkingSet64;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }

    /// <summary>The workload as an experiment of one trial.</summary>
    private static string Spec(int epochs)
    {
        var spec = JsonNode.Parse("""
            {
              "name": "digits", "seed": 1,
              "objective": { "metric": "validation.accuracy" },
              "space": [ { "name": "learningRate", "type": "float", "min": 1e-3, "max": 2e-3 } ],
              "training": {
                "data": { "type": "csv", "label": -1, "shape": [1, 8, 8], "scale": 0.0625, "split": { "validation": 0.2, "test": 0.1 } },
                "model": {},
                "loss": "crossEntropy",
                "optimizer": { "type": "adamw", "learningRate": "$learningRate" }
              },
              "scheduler": { "type": "none" },
              "budget": { "trials": 1, "parallel": 1 }
            }
            """)!;
        var training = spec["training"]!;
        training["data"]!["path"] = Path.Combine(AppContext.BaseDirectory, "optdigits.csv.gz");
        training["model"]!["layers"] = JsonSerializer.SerializeToNode<IReadOnlyList<LayerSpec>>(Cell.Workload.Layers, SpecText);
        training["batchSize"] = Cell.Batch;
        training["epochs"] = epochs;
        return spec.ToJsonString();
    }

    private static JsonSerializerOptions SpecText { get; } =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
