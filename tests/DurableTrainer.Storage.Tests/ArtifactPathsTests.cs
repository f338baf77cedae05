namespace DurableTrainer.Storage.Tests;

public class ArtifactPathsTests
{
    [Fact]
    public void Files_lie_where_the_contract_says()
    {
        Assert.Equal("experiments/x/spec.json", ArtifactPaths.Spec("x"));
        Assert.Equal("experiments/x/events.jsonl", ArtifactPaths.Events("x"));
        Assert.Equal("experiments/x/trials/3/metrics.jsonl", ArtifactPaths.Metrics("x", 3));
        Assert.Equal("experiments/x/trials/3/checkpoints/1200.safetensors", ArtifactPaths.Checkpoint("x", 3, 1200));
        Assert.Equal("experiments/x/model/model.safetensors", ArtifactPaths.ModelSafetensors("x"));
        Assert.Equal("experiments/x/model/model.json", ArtifactPaths.ModelJson("x"));
        Assert.Equal("experiments/x/model/model.onnx", ArtifactPaths.ModelOnnx("x"));
        Assert.Equal("experiments/x/result.json", ArtifactPaths.Result("x"));
        Assert.Equal("experiments/x/report.html", ArtifactPaths.Report("x"));
        Assert.Equal("experiments/x/usage.json", ArtifactPaths.Usage("x"));
        Assert.Equal("experiments/x/stop", ArtifactPaths.Stop("x"));
        Assert.Equal("models/digits/champion.json", ArtifactPaths.Champion("digits"));
    }

    [Fact]
    public void The_step_of_a_checkpoint_is_read_from_its_path()
    {
        Assert.Equal(1200, ArtifactPaths.CheckpointStep(ArtifactPaths.Checkpoint("x", 3, 1200)));
        Assert.Equal(7, ArtifactPaths.CheckpointStep(ArtifactPaths.Checkpoint("x", 3, 1, 7, ArtifactPaths.Zip)));
        Assert.Equal([6, 6, null], new[] { ArtifactPaths.Milestone("x", 3, 6, ArtifactPaths.Zip), ArtifactPaths.MilestoneBest("x", 3, 6), ArtifactPaths.Checkpoint("x", 3, 6) }.Select(ArtifactPaths.MilestoneEpoch));
        Assert.Null(ArtifactPaths.CheckpointStep(ArtifactPaths.ModelSafetensors("x")));
        Assert.Null(ArtifactPaths.CheckpointStep("experiments/x/trials/3/checkpoints/best.safetensors"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\n")]
    public void An_id_that_is_no_single_name_is_refused(string id)
    {
        Assert.Throws<ArgumentException>(() => ArtifactPaths.Spec(id));
        Assert.Throws<ArgumentException>(() => ArtifactPaths.Champion(id));
    }
}
