using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A trial in a process of its own, as workers are.</summary>
internal static class TrialProcess
{
    public static Process Start(TrialSetting setting)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DurableTrainer.Bench.dll"), "pipeline", "--trial", JsonSerializer.Serialize(setting)])
        {
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    public static async Task<TrialOutcome> OutcomeAsync(Process process, CancellationToken cancellation)
    {
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
            process.Dispose();
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
                Cuts = setting.Cuts,
                Place = setting.Place is null ? null : new FillPlace(setting.Place),
                Observed = record => batches.Add(new BatchTime(Seconds(record.Start), Seconds(record.End), record.IsFilled)),
            });
        while (session.Epoch < setting.Epochs)
            session.RunEpoch();
        return new TrialOutcome(
            [.. batches], Convert.ToHexString(SHA256.HashData(session.Capture().Write())),
            [.. session.StageCosts.Select(cost => new[] { cost.Forward, cost.BackwardInputs, cost.BackwardWeights })],
            [.. session.Plans.Select(plan => $"step {plan.Step}: {plan.Reason}")]);
    }

    private static double Seconds(long timestamp) => (double)timestamp / Stopwatch.Frequency;
}
