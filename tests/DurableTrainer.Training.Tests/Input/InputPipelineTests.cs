using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Input;
using DurableTrainer.Training.Input.Augmentation;

namespace DurableTrainer.Training.Tests.Input;

public class InputPipelineTests
{
    [Fact]
    public void Batches_are_the_same_to_the_bit_for_any_number_of_workers_and_any_memory()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var (batchSize, shape) = (1 + random.Next(9), new[] { 1 + random.Next(3), 1 + random.Next(6), 1 + random.Next(6) });
            var dataset = DatasetReader.Read(new SyntheticDataSpec
            {
                Samples = 1 + random.Next(60),
                Shape = shape,
                CpuTime = TimeSpan.FromMicroseconds(random.Next(2) * 20),
            }, "");
            AugmentSpec[] augment = [new RandomCropSpec { Padding = 1 + random.Next(3) }, new NoiseSpec { Deviation = 0.1 }, new HorizontalFlipSpec(), new EraseSpec { Size = 1 }];
            var order = EpochOrder.Of([.. Enumerable.Range(0, dataset.Count)], seed, 0, 0);
            var expected = OneByOne(dataset, augment, order, seed);

            foreach (var spec in (InputSpec[])[new() { Workers = 1 }, new() { Workers = 1 + random.Next(8), Memory = new(1 + random.Next(5000)) }, new()])
            {
                using var pipeline = InputPipeline.Of(Training(augment, spec), dataset, batchSize, seed, trial: 3)!;
                Assert.True(expected.SequenceEqual(Epoch(pipeline, dataset, order, batchSize)), $"Seed {seed} with {spec} gave other batches.");
            }
        }
    }

    [Fact]
    public void An_epoch_that_was_left_in_the_middle_begins_again_as_if_nothing_had_been()
    {
        var dataset = DatasetReader.Read(new SyntheticDataSpec { Samples = 500, Shape = [1, 8, 8] }, "");
        AugmentSpec[] augment = [new NoiseSpec { Deviation = 1 }];
        var order = Enumerable.Range(0, dataset.Count).ToArray();
        using var pipeline = InputPipeline.Of(Training(augment, new InputSpec { Workers = 4 }), dataset, 8, 1, trial: 3)!;
        var batch = new float[8 * dataset.SampleSize];

        for (var taken = 0; taken < 20; taken++)
        {
            pipeline.Start(order, 0);
            for (var i = 0; i < taken; i++)
                pipeline.Take(batch);
            pipeline.Stop();
        }

        Assert.Equal(OneByOne(dataset, augment, order, 1), Epoch(pipeline, dataset, order, 8));
    }

    [Fact]
    public void What_goes_wrong_with_a_sample_reaches_whoever_takes_its_batch_and_the_next_epoch_can_begin()
    {
        using var pipeline = new InputPipeline([new BreakingStage(7)], 1, 4, new InputSpec { Workers = 3 }, TimeProvider.System);
        var batch = new float[4];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            pipeline.Start([.. Enumerable.Range(0, 40)], 0);
            Assert.Equal("sample 7 is broken", Assert.Throws<DataException>(() =>
            {
                for (var i = 0; i < 10; i++)
                    pipeline.Take(batch);
            }).Message);
        }

        pipeline.Start([1, 2, 3, 4, 5], 0);
        Assert.Equal(4, pipeline.Take(batch));
        Assert.Equal([1, 2, 3, 4], batch);
        Assert.Equal(1, pipeline.Take(batch));
        Assert.Equal(5, batch[0]);
    }

    [Fact]
    public void Samples_that_lie_in_memory_and_are_not_changed_need_no_pipeline()
    {
        var dataset = DatasetReader.Read(new SyntheticDataSpec { Samples = 10 }, "");

        Assert.Null(InputPipeline.Of(Training([], new InputSpec { Workers = 4 }), dataset, 4, 0, 0));
    }

    [Fact]
    public void Buffers_keep_to_their_bytes_but_hold_a_batch()
    {
        using var started = new CountdownEvent(8);
        using var gate = new ManualResetEventSlim();
        // Two batches of four samples fit: 4 · (1 number + 1 place) · 4 bytes each.
        using var pipeline = new InputPipeline([new WaitingStage(started, gate)], 1, 4, new InputSpec { Workers = 12, Memory = new MemorySize(95) }, TimeProvider.System);

        pipeline.Start([.. Enumerable.Range(0, 40)], 0);
        started.Wait();
        gate.Set();
        var batch = new float[4];
        pipeline.Take(batch);
        pipeline.Stop();

        Assert.Equal(2, pipeline.BatchesAhead);
        using var tiny = new InputPipeline([new BreakingStage(-1)], 1, 4, new InputSpec { Memory = new MemorySize(1) }, TimeProvider.System);
        Assert.Equal(1, tiny.BatchesAhead);
    }

    [Fact]
    public void A_stage_that_holds_training_up_gets_workers_and_the_change_says_why()
    {
        // Workers only wait, and never for long enough to matter to a test.
        var dataset = DatasetReader.Read(new SyntheticDataSpec { Samples = 4000, Shape = [1], Latency = TimeSpan.FromMilliseconds(1) }, "");
        using var pipeline = InputPipeline.Of(Training([], new InputSpec()), dataset, 32, 0, 0)!;
        pipeline.Processors = 1;
        var batch = new float[32];

        pipeline.Start([.. Enumerable.Range(0, dataset.Count)], 2);
        for (var i = 0; i < 4000 / 32; i++)
            pipeline.Take(batch);

        Assert.True(pipeline.Workers[0] > 1, $"It has {pipeline.Workers[0]}.");
        Assert.Equal((2, "read"), (pipeline.Changes[0].Epoch, pipeline.Changes[0].Stage));
        Assert.Contains("samples a second ready, training takes", pipeline.Changes[0].Reason, StringComparison.Ordinal);
        Assert.Equal(pipeline.Workers[0], pipeline.Changes[^1].Workers);
    }

    [Fact]
    public void A_trial_begins_with_the_workers_that_the_one_before_it_needed()
    {
        var dataset = DatasetReader.Read(new SyntheticDataSpec { Samples = 1000, Shape = [1], Latency = TimeSpan.FromMilliseconds(1) }, "");
        int needed;
        using (var first = InputPipeline.Of(Training([], new InputSpec()), dataset, 32, 0, 0)!)
        {
            Epoch(first, dataset, [.. Enumerable.Range(0, dataset.Count)], 32);
            needed = first.Workers[0];
        }

        using var second = InputPipeline.Of(Training([], new InputSpec()), dataset, 32, 0, 1)!;
        second.Start([0], 0);

        Assert.True(needed > 1);
        Assert.Equal([needed], second.Workers);
    }

    private static TrainingSpec Training(IReadOnlyList<AugmentSpec> augment, InputSpec input) => new()
    {
        Data = new SyntheticDataSpec { Samples = 1 },
        Model = new ModelSpec { Layers = [new LinearLayer { Units = 10 }] },
        Loss = new CrossEntropySpec(),
        Augment = augment,
        Input = input,
    };

    /// <summary>What the pipeline should give: each sample by itself, one after the other.</summary>
    private static float[] OneByOne(Dataset dataset, IReadOnlyList<AugmentSpec> augment, int[] order, long seed)
    {
        using var stage = new AugmentStage(augment, dataset, seed, trial: 3, brings: true);
        var (work, inputs) = (stage.CreateWork(), new float[order.Length * dataset.SampleSize]);
        for (var i = 0; i < order.Length; i++)
            work(order[i], 0, inputs.AsSpan(i * dataset.SampleSize, dataset.SampleSize));
        return inputs;
    }

    private static float[] Epoch(InputPipeline pipeline, Dataset dataset, int[] order, int batchSize)
    {
        var inputs = new float[order.Length * dataset.SampleSize];
        pipeline.Start(order, 0);
        for (var done = 0; done < order.Length;)
            done += pipeline.Take(inputs.AsSpan(done * dataset.SampleSize, Math.Min(batchSize, order.Length - done) * dataset.SampleSize));
        return inputs;
    }

    private sealed class BreakingStage(int broken) : InputStage("read")
    {
        public override StageWork CreateWork() => (sample, _, inputs) =>
            inputs[0] = sample == broken ? throw new DataException($"sample {sample} is broken") : sample;
    }

    private sealed class WaitingStage(CountdownEvent started, ManualResetEventSlim gate) : InputStage("read")
    {
        public override StageWork CreateWork() => (_, _, _) =>
        {
            if (!gate.IsSet)
                started.Signal();
            gate.Wait();
        };
    }
}
