using System.Text.Json.Nodes;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Workers.Learners;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Cli.Tests;

/// <summary>Learners that are processes of their own, as a worker starts them.</summary>
public class LearnerTests
{
    [Fact]
    public async Task An_experiment_whose_learners_are_processes_runs_to_its_end()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["training"]!["parallel"] = JsonNode.Parse("""{ "mode": "async", "learners": 2, "learnerKind": "processes" }""");
            spec["training"]!["batchSize"] = 32;
            spec["training"]!["epochs"] = 3;
            spec["budget"]!["trials"] = 2;
        });

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data, "--json");

        Assert.True(run.Status == 0, run.Error + run.Output);
        Assert.Contains("parallel.staleness", run.Output + File.ReadAllText(Path.Combine(here.Data, "experiments/small-1/trials/0/metrics.jsonl")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(here.Data, "experiments/small-1/trials/0/updates.jsonl")));
    }

    [Fact]
    public async Task A_learner_that_nobody_needs_says_who_starts_one()
    {
        using var program = Dtrain.StartToTalk("learner");
        program.EndInput();

        var end = await program.ToEndAsync();

        Assert.Equal(2, end.Status);
        Assert.Contains("A learner is started by a worker", end.Error, StringComparison.Ordinal);
    }

    /// <summary>Any of them is killed at random moments, twenty times in all.</summary>
    [Fact]
    public async Task Learners_that_are_killed_at_random_moments_lose_no_sample_and_apply_none_twice()
    {
        const int Kills = 20, Seed = 3, Batches = 63;
        var random = new KeyedRandom(Seed, "kills");
        var learners = new LearnerProcesses(new WorkerCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "dtrain.dll"), "learner"]));
        using var session = Session(learners, batchSize: 20);
        var killed = 0;
        for (var epoch = 1; killed < Kills; epoch++)
        {
            // One that was started just now has to have done something, or it counts as one that cannot be kept.
            var isWhole = session.Records.DistinctBy(record => record.Learner).Count() == 3;
            var blow = isWhole ? KillOne(learners, TimeSpan.FromMilliseconds(random.NextInt32(30)), random.NextInt32(3)) : Task.CompletedTask;

            var result = session.RunEpoch();

            await blow;
            killed += isWhole ? 1 : 0;
            Assert.True(result.Outcome == EpochOutcome.Completed, $"Seed {Seed}, epoch {epoch}: {result.Reason}");
            Assert.Equal((epoch, (long)epoch * Batches), (result.Epoch, result.Step));
            Assert.Equal(Enumerable.Range(0, Batches), session.Records.Select(record => record.Batch).Order());
            Assert.Equal(Enumerable.Range(1, Batches), session.Records.Select(record => (int)(record.Version - (epoch - 1L) * Batches)));
        }

        Assert.True(learners.CpuTime > TimeSpan.Zero);
    }

    private static async Task KillOne(LearnerProcesses learners, TimeSpan moment, int which)
    {
        await Task.Delay(moment);
        if (learners.ProcessIds is { Count: > 0 } processes)
            Dtrain.Kill(processes[which % processes.Count]);
    }

    private static AsyncSession Session(LearnerProcesses learners, int batchSize)
    {
        var data = new CsvDataSpec { Path = "data/optdigits.csv.gz", Scale = 0.0625, Split = new SplitSpec { Validation = 0.2, Test = 0.1 } };
        var dataset = DatasetReader.Read(data, Workspace.Examples);
        var spec = new TrainingSpec
        {
            Data = data,
            Model = new ModelSpec { Layers = [new LinearLayer { Units = 32 }, new ReluLayer(), new LinearLayer { Units = 10 }] },
            Loss = new CrossEntropySpec(),
            Optimizer = new SgdSpec { LearningRate = 0.05 },
            BatchSize = batchSize,
            Parallel = new AsyncParallelSpec { Learners = 3, LearnerKind = LearnerKind.Processes },
        };
        return new AsyncSession(
            spec, dataset, DataSplit.Of(dataset.Count, data.Split, seed: 1), seed: 1, trial: 0, threads: 3,
            surroundings: new AsyncSurroundings { StartLearner = learners.Start });
    }
}
