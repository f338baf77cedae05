using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

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
        var batches = new List<BatchTime>();
        using var session = new PipelineSession(
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
                Observed = record => batches.Add(new BatchTime(Seconds(record.Start), Seconds(record.End), record.IsFilled)),
            });
        while (session.Epoch < setting.Epochs)
            session.RunEpoch();
        return new TrialOutcome(
            [.. batches], Convert.ToHexString(SHA256.HashData(session.Capture().Write())),
            PipelineSimulator.Run(
                Schedule.Of(setting.Schedule, setting.DutyCycles.Length, setting.MicroBatches), session.StageCosts).Seconds,
            [.. session.Plans.Select(plan => $"step {plan.Step}: {plan.Reason}")], session.Timeline!);
    }

    private static double Seconds(long timestamp) => (double)timestamp / Stopwatch.Frequency;
}
