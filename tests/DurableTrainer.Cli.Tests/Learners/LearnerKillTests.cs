using DurableTrainer.Core.Trials;
using Xunit.Abstractions;

namespace DurableTrainer.Cli.Tests.Learners;

/// <summary>Learners, the worker that serves them, or all of them are killed at random moments.</summary>
public sealed class LearnerKillTests(ITestOutputHelper output)
{
    private const int Kills = 50, EpochsOfSlice = 12;

    /// <summary>Of ten kills, those below hit a learner alone, those from there on the worker, and the last ones both.</summary>
    private const int Worker = 7, Both = 9;

    [Fact]
    public async Task Whoever_is_killed_every_batch_is_applied_once_and_the_log_gives_the_weights_again()
    {
        var seed = Soak.Seed(output);
        await using var trial = new KilledTrial();
        var killing = Task.Run(() => KillAsync(trial, new Random(seed)));
        var (slices, result) = (0, default(SliceResult)!);
        do
        {
            result = await trial.RunAsync(slices, EpochsOfSlice);
            slices++;
        }
        while (!killing.IsCompleted);
        output.WriteLine($"{await killing}; {slices} slices, {trial.Failures} attempts in vain.");

        var (epochs, log) = (slices * EpochsOfSlice, await trial.LogAsync());
        Assert.Equal((SliceOutcome.Completed, epochs, (long)epochs * trial.Batches), (result.Outcome, result.Epoch, result.Step));
        LoggedUpdates.AssertOnce(log, epochs, trial.Batches);
        var metrics = await trial.MetricsAsync();
        Assert.Equal(Enumerable.Range(1, epochs), metrics.Select(epoch => (int)epoch["epoch"]!));
        Assert.All(metrics, epoch => Assert.Equal(trial.Batches, (double)epoch["values"]!["parallel.applied"]!));
        Assert.Equal(trial.Replay(log, epochs), await trial.ModelAsync(result.Checkpoint!));
    }

    private static async Task<string> KillAsync(KilledTrial trial, Random random)
    {
        var (learnersAlone, workersAlone, all) = (0, 0, 0);
        for (var kill = 0; kill < Soak.Times(Kills); kill++)
        {
            var (kind, which) = (random.Next(10), random.Next(KilledTrial.Learners));
            // In the middle of training, or while someone is still to come.
            if (random.Next(3) == 0)
                await trial.EpochsAsync(random.Next(1, 3));
            (int? Worker, IReadOnlyList<int> Learners) processes;
            do
            {
                await Task.Delay(random.Next(60));
                processes = trial.Processes;
            }
            while (!Strike(kind, which, processes));

            if (kind < Worker)
                learnersAlone++;
            else if (kind < Both)
                workersAlone++;
            else
                all++;
            // None outlives the worker that it computes for.
            if (kind >= Worker)
                await Task.WhenAll(processes.Learners.Select(Dtrain.GoneAsync));
        }

        return $"Killed {learnersAlone} times a learner, {workersAlone} times the worker, {all} times both";
    }

    /// <returns>Whether there was anybody to be killed.</returns>
    private static bool Strike(int kind, int which, (int? Worker, IReadOnlyList<int> Learners) processes)
    {
        int[] worker = processes.Worker is { } id ? [id] : [];
        var victims = kind switch
        {
            < Worker => processes.Learners.Skip(which).Take(1),
            < Both => worker,
            _ => processes.Learners.Take(which + 1).Concat(worker),
        };
        // All of them, and not only the first that can be.
        return victims.Select(Dtrain.TryKill).ToList().Contains(true);
    }
}
