using System.Text;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Export;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Checkpoints;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Export;

public class ModelFilesTests
{
    [Fact]
    public void The_weights_are_the_parameters_and_the_state_by_path_and_nothing_else()
    {
        var (tensors, metadata) = Safetensors.Read(Sample().Safetensors);

        Assert.Equal(["layers.0.weight", "layers.0.bias", "layers.1.runningMean"], tensors.Select(tensor => tensor.Name));
        Assert.Equal(["description", "format"], metadata.Keys.Order());
    }

    [Fact]
    public void The_description_holds_all_that_a_program_needs_beside_the_weights()
    {
        var description = Sample().Describe();

        Assert.Equal([1, 8, 8], description.Input.Shape);
        Assert.Equal(0.0625, description.Input.Scale);
        Assert.Equal(["0", "1"], description.Classes);
        Assert.Equal(new ModelLineage("digits-1", 4, 7, 1234567890123, "abc"), description.Lineage);
        Assert.Equal(CheckpointTests.Sample().Point, description.Point);
        Assert.Equal(0.975, description.Metrics["validation.accuracy"]);
        Assert.Equal(8, description.Weights.Parameters);
        Assert.Equal("input", description.Graph.GetProperty("inputs")[0].GetProperty("id").GetString());
    }

    [Fact]
    public void A_model_that_several_trials_trained_names_them_all()
    {
        var checkpoint = CheckpointTests.Sample();
        Segment[] segments = [new(2, 0, 3, checkpoint.Point), new(5, 3, 7, checkpoint.Point)];

        var files = ModelFiles.Of(checkpoint, new ModelInput([1, 8, 8], 0.0625), null, "digits-1", 5, "abc", segments);

        Assert.Equal(segments, files.Describe().Lineage.Segments);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes_whatever_the_order_of_its_metrics()
    {
        var reordered = CheckpointTests.Sample();
        reordered = reordered with
        {
            History = [reordered.History[0], new(7, new Dictionary<string, double> { ["validation.accuracy"] = 0.975, ["loss"] = 0.1 + 0.2 })],
        };

        Assert.Equal(Sample().Json, Sample(reordered).Json);
        Assert.Equal(Sample().Safetensors, Sample(reordered).Safetensors);
    }

    [Fact]
    public void The_description_is_as_documented()
    {
        var expected =
            """
            {
              "format": "durabletrainer.model.1",
              "input": {
                "shape": [
                  1,
                  8,
                  8
                ],
                "scale": 0.0625
              },
              "classes": [
                "0",
                "1"
              ],
              "lineage": {
                "experiment": "digits-1",
                "trial": 4,
                "epoch": 7,
                "step": 1234567890123,
                "dataSha256": "abc"
              },
              "point": {
                "optimizer": "sgd",
                "learningRate": 0.012345678901234567,
                "width": 16
              },
              "metrics": {
                "loss": 0.30000000000000004,
                "validation.accuracy": 0.975
              },
            """;

        Assert.StartsWith(expected, Encoding.UTF8.GetString(Sample().Json), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_read_back_from_its_files_gives_what_the_trained_one_gave()
    {
        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec
            {
                Layers =
                [
                    new Conv2dLayer { Filters = 6, Kernel = 3 }, new BatchNormLayer(), new GeluLayer(), new DropoutLayer { Rate = 0.1 },
                    new FlattenLayer(), new LinearLayer { Units = 10 },
                ],
            },
        };
        using var session = new TrainingSession(spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 0);
        session.RunEpoch();
        string[] classes = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];
        var files = ModelFiles.Of(
            session.Capture(), new ModelInput(Digits.Dataset.SampleShape, Digits.Spec.Scale), classes, "digits-1", 0, Digits.Dataset.Sha256);

        var graph = GraphJson.Read(files.Describe().Graph.GetRawText());
        var tensors = new ModelTensors(graph);
        foreach (var saved in Safetensors.Read(files.Safetensors).Tensors)
            tensors[saved.Name].Write(saved.Values);
        using var processor = new CpuProcessor();
        var executable = processor.Compile(graph, tensors, Digits.Split.Test.Length);
        for (var i = 0; i < executable.Batch; i++)
            Digits.Dataset.Inputs.AsSpan(Digits.Split.Test[i] * 64, 64).CopyTo(executable.Input[(i * 64)..]);
        executable.Forward(Pass.Inference(executable.Batch));
        float[] labels = [.. Digits.Split.Test.Select(sample => Digits.Dataset.Targets[sample])];
        var loss = new CrossEntropy(new CrossEntropySpec()).Sum(executable.Output, labels, []) / labels.Length;
        Assert.Equal(session.Evaluate(Digits.Split.Test, "test")["test.loss"], loss, 1e-12);
    }

    [Fact]
    public void Weights_of_another_model_are_noticed()
    {
        var damaged = Sample() with { Safetensors = [.. Sample().Safetensors, 0] };

        Assert.Throws<CheckpointException>(damaged.Describe);
        Assert.Throws<CheckpointException>((Sample() with { Json = "{}"u8.ToArray() }).Describe);
    }

    private static ModelFiles Sample() => Sample(CheckpointTests.Sample());

    private static ModelFiles Sample(Checkpoint checkpoint) =>
        ModelFiles.Of(checkpoint, new ModelInput([1, 8, 8], 0.0625), ["0", "1"], "digits-1", 4, "abc");
}
