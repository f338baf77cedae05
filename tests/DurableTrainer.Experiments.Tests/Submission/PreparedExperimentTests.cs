using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Tests.Submission;

public sealed class PreparedExperimentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void It_carries_the_spec_and_what_the_data_holds()
    {
        var experiment = Curves.Prepare(folder.Path);

        Assert.Equal((Path.GetFullPath(folder.Path), 16), (experiment.Data.Folder, experiment.Data.Samples));
        Assert.Equal([2], experiment.Data.SampleShape);
        Assert.Equal(64, experiment.Data.Sha256.Length);
        Assert.Equal("curve", experiment.Spec.Name);
    }

    [Fact]
    public void Data_that_is_not_there_is_refused_with_its_place()
    {
        var experiment = Curves.Prepare(folder.Path);
        File.Delete(folder.At("points.csv"));

        var refusal = Assert.Throws<SpecException>(() => DurableTrainer.Experiments.Submission.PreparedExperiment.Create(experiment.Spec, folder.Path, ["cpu"]));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("/training/data", problem.Pointer);
        Assert.Contains("points.csv", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_does_not_fit_is_refused_with_its_place_and_a_point_that_shows_it()
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(folder.Path, """
            { "training": { "data": { "type": "csv", "path": "points.csv" }, "loss": "crossEntropy",
                "model": { "layers": [ { "type": "linear", "units": 2 }, { "type": "conv2d", "filters": 4, "kernel": 3 } ] } } }
            """));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("/training/model/layers/1", problem.Pointer);
        Assert.StartsWith("conv2d gets ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_no_class_of_the_model_are_refused()
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(folder.Path, """
            { "training": { "data": { "type": "csv", "path": "points.csv", "label": 0 }, "loss": "crossEntropy", "model": { "layers": [ { "type": "linear", "units": 2 } ] } } }
            """));

        Assert.Equal("/training/data", Assert.Single(refusal.Problems).Pointer);
    }

    [Fact]
    public void Inputs_that_the_model_cannot_look_up_are_refused()
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(folder.Path, """
            { "training": { "data": { "type": "csv", "path": "points.csv", "scale": 0.37 }, "loss": "crossEntropy",
                "model": { "layers": [ { "type": "embedding", "vocabulary": 2, "width": 4 }, "flatten", { "type": "linear", "units": 16 } ] } } }
            """));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("/training/data", problem.Pointer);
        Assert.Contains("the model's embedding has a vocabulary of 2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Augmentation_that_does_not_go_with_the_samples_is_refused_with_its_place()
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(folder.Path, """
            { "training": { "data": { "type": "csv", "path": "points.csv" }, "loss": "crossEntropy", "model": { "layers": [ { "type": "linear", "units": 2 } ] },
                "augment": [ { "type": "noise", "deviation": 0.1 }, "horizontalFlip" ] } }
            """));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("/training/augment/1", problem.Pointer);
        Assert.StartsWith("wants images [channels, height, width], but samples have the shape [2]", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_for_a_replica_whose_inputs_are_indices_is_refused_with_its_place()
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(folder.Path, """
            { "training": { "data": { "type": "csv", "path": "points.csv" }, "loss": "crossEntropy",
                "model": { "layers": [ { "type": "embedding", "vocabulary": 100, "width": 4 }, "flatten", { "type": "linear", "units": 16 } ] },
                "parallel": { "mode": "data", "units": [ {}, { "perturb": { "noise": 0.1 } } ] } } }
            """));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("/training/parallel/units/1/perturb", problem.Pointer);
        Assert.StartsWith("changes inputs, but the model's embedding looks them up", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_are_left_out_are_counted_with_the_data()
    {
        File.WriteAllText(folder.At("bad.csv"), "1,2,0\n1,what,0\n3,4,1\n");

        var experiment = Curves.Prepare(folder.Path, """
            { "training": { "data": { "type": "csv", "path": "bad.csv", "onBadRecord": "skip" }, "loss": "crossEntropy", "model": { "layers": [ { "type": "linear", "units": 2 } ] } } }
            """);

        Assert.Equal((2, 1), (experiment.Data.Samples, experiment.Data.Skipped!.Count));
        Assert.Contains("line 2 has 'what' in column 2", Workers.Slices.DataSource.Read(experiment.Data.Write()).Skipped!.First, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
