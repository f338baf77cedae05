using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A trial in a process of its own, as workers are.</summary>
internal static class TrialProcess
{
    /// <exception cref="BenchException">It failed.</exception>
    public static async Task<TrialOutcome> RunAsync(TrialSetting setting, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DurableTrainer.Bench.dll"), "pipeline", "--trial", JsonSerializer.Serialize(setting)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0 ? JsonSerializer.Deserialize<TrialOutcome>(output)! : throw new BenchException("A trial failed; its reason is above.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>What the process does.</summary>
    public static TrialOutcome Run(TrialSetting setting)
    {
        var task = PipelineTask.Create(setting.MicroBatches);
        var (batches, windows) = (new List<BatchTime>(), new SimulatedWindows());
        PipelineSession? running = null;
        using var session = running = new PipelineSession(
            task.Spec with
            {
                Parallel = new PipelineParallelSpec
                {
                    Units = [.. setting.DutyCycles.Select(duty => new PipelineUnitSpec { DutyCycle = duty })],
                    MicroBatches = setting.MicroBatches,
                    Schedule = setting.Schedule,
                    Fill = new PipelineFillSpec(),
                },
            },
            task.Dataset, task.Split, seed: 1, setting.Trial,
            surroundings: new PipelineSurroundings
            {
                Cuts = setting.FirstConvolutions is { } convolutions ? [convolutions * PipelineTask.NodesOfConvolution] : null,
                Place = setting.Place is null ? null : new FillPlace(setting.Place),
                MayFill = () => batches.Count / TrialSetting.Block % 2 == 1,
                Observed = record =>
                {
                    batches.Add(new BatchTime(Seconds(record.Start), Seconds(record.End), record.IsFilled));
                    windows.Add(running!, setting, batches);
                },
            });
        while (session.Epoch < setting.Epochs)
            session.RunEpoch();
        return new TrialOutcome(
            [.. batches], Convert.ToHexString(SHA256.HashData(session.Capture().Write())),
            [.. windows.All], [.. session.Plans.Select(plan => $"step {plan.Step}: {plan.Reason}")], session.Timeline!);
    }

    private static double Seconds(long timestamp) => (double)timestamp / Stopwatch.Frequency;
}
