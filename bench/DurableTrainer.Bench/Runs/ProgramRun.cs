using System.Diagnostics;
using System.Text.Json.Nodes;
using DurableTrainer.Storage;

namespace DurableTrainer.Bench.Runs;

/// <summary><c>dtrain run</c> as a user starts it, with its worker processes, on a data folder that is gone afterwards.</summary>
internal static class ProgramRun
{
    /// <param name="spec">The experiment.</param>
    /// <param name="files">Files that lie beside its own, by name: data that paths in the spec lead to.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="BenchException">The program failed.</exception>
    public static async Task<ExperimentRun> OfAsync(
        JsonObject spec, IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("dtrain-bench-");
        try
        {
            foreach (var (name, text) in files)
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text, cancellation);
            var (file, data) = (Path.Combine(folder.FullName, "experiment.json"), Path.Combine(folder.FullName, "data"));
            await File.WriteAllTextAsync(file, spec.ToJsonString(), cancellation);
            await RunAsync(["run", file, "--data", data, "--no-color"], cancellation);
            return await ExperimentRun.ReadAsync(new FolderStore(data), cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string[] arguments, CancellationToken cancellation)
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
            await run.WaitForExitAsync(cancellation);
            // What ended without success has its reason in its output.
            var told = (await error).Trim() is { Length: > 0 } message ? message : (await output).Trim();
            if (run.ExitCode != 0)
                throw new BenchException($"dtrain run failed: {told}");
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill(entireProcessTree: true);
                // What still writes would keep the folder from going.
                await run.WaitForExitAsync(CancellationToken.None);
            }
        }
    }
}
