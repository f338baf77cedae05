using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Tests.Spec;

public class SchemaTests
{
    private static readonly JsonNode Schema = SpecSchema.Create();

    [Fact]
    public void It_says_which_draft_it_follows() =>
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", Schema["$schema"]!.GetValue<string>());

    [Fact]
    public void It_admits_the_documented_experiment_as_written_and_as_completed()
    {
        var check = new SchemaCheck(Schema);

        Assert.True(check.Accepts(Mistakes.Change(Examples.Whole, "/seed", "1")));
        Assert.True(check.Accepts(Mistakes.Change(Examples.Small, "/seed", "1")));
        Assert.True(check.Accepts(JsonNode.Parse(SpecReader.Write(SpecReader.Read(Examples.Whole)))));
        Assert.True(check.Accepts(JsonNode.Parse(SpecReader.Write(SpecReader.Read(Examples.Small)))));
    }

    [Theory]
    [InlineData("/objective", """[{ "metric": "validation.accuracy" }, { "metric": "validation.loss", "goal": "minimize" }]""")]
    [InlineData("/training/loss", """{ "type": "crossEntropy" }""")]
    [InlineData("/training/loss", "\"$loss\"")]
    [InlineData("/training/loss", """{ "type": "crossEntropy", "ignoreIndex": -1, "labelSmoothing": "$smoothing", "topK": 5 }""")]
    [InlineData("/training/loss", """{ "type": "huber", "delta": 0.5 }""")]
    [InlineData("/training/optimizer/clipNorm", "\"$width\"")]
    [InlineData("/training/optimizer/schedule", """{ "type": "oneCycle", "risingShare": "$share", "warmUpEpochs": 0.5 }""")]
    [InlineData("/training/optimizer/schedule", "\"cosine\"")]
    [InlineData("/training/data/label", "\"digit\"")]
    [InlineData("/training/data/label", """[0, "digit", "$column"]""")]
    [InlineData("/training/data", """{ "type": "text", "path": "a.txt", "unit": "bytes", "length": "$width" }""")]
    [InlineData("/training/optimizer", "\"adamw\"")]
    [InlineData("/training/optimizer", "\"$optimizer\"")]
    [InlineData("/training/parallel/mode", "\"$mode\"")]
    [InlineData("/training/parallel", "\"async\"")]
    [InlineData("/training/parallel", """{ "mode": "pipeline", "units": [{ "memory": "1GiB" }, {}], "schedule": "interleaved", "stagesPerUnit": 3, "microBatches": "$width", "fill": { "with": "trials", "memory": "1GiB" } }""")]
    [InlineData("/training/parallel", """{ "mode": "data", "units": [{ "id": "a", "weight": "$width", "perturb": { "noise": 0.01 } }, {}, {}], "dropWorst": 1 }""")]
    [InlineData("/training/parallel", """{ "mode": "async", "learners": "$width", "window": 8, "context": "median", "lease": "PT5S" }""")]
    [InlineData("/training/model/layers/0", """{ "type": "repeat", "times": "$n", "layers": [ { "type": "residual", "layers": [ { "type": "linear", "units": "$width * 2" }, "relu" ] } ] }""")]
    [InlineData("/training/data/shape", """[1, "$side", "$side"]""")]
    [InlineData("/limits/memory", "1073741824")]
    [InlineData("/scheduler", "\"none\"")]
    public void It_admits_every_way_to_write(string pointer, string json) =>
        Assert.True(new SchemaCheck(Schema).Accepts(Mistakes.Change(Examples.Whole, pointer, json)));

    [Theory]
    [InlineData("/budget/trails", "3")]
    [InlineData("/budget/trials", "0")]
    [InlineData("/budget/trials", "\"many\"")]
    [InlineData("/budget/trials", "\"$width\"")]
    [InlineData("/name", "\"Digits!\"")]
    [InlineData("/objective", null)]
    [InlineData("/objective/goal", "\"maximise\"")]
    [InlineData("/objective/goals", "\"maximize\"")]
    [InlineData("/scheduler/type", "\"asah\"")]
    [InlineData("/scheduler/type", null)]
    [InlineData("/scheduler/patience", "1")]
    [InlineData("/space", "[]")]
    [InlineData("/space/1/min", "\"low\"")]
    [InlineData("/space/3/values", "[[1]]")]
    [InlineData("/training/loss", "\"crossEntrpy\"")]
    [InlineData("/training/batchSize", "\"many\"")]
    [InlineData("/training/model/layers/1", """{ "type": "repeat", "times": 2, "layers": [ { "type": "linear", "unit": 3 } ] }""")]
    [InlineData("/training/optimizer/momentun", "0.9")]
    [InlineData("/training/optimizer", """{ "type": "sgd", "schedule": "linear" }""")]
    [InlineData("/training/optimizer", """{ "type": "sgd", "momentum": 1.5 }""")]
    [InlineData("/training/loss", """{ "type": "binaryCrossEntropy", "ignoreIndex": 0 }""")]
    [InlineData("/training/data/label", "[]")]
    [InlineData("/training/data/label", "1.5")]
    [InlineData("/training/data", """{ "type": "text", "path": "a.txt", "unit": "words" }""")]
    [InlineData("/tuner/points", """[{ "width": [8] }]""")]
    public void It_refuses_what_the_reader_refuses(string pointer, string? json)
    {
        var file = Mistakes.Change(Examples.Whole, pointer, json);

        Assert.NotEmpty(Mistakes.Of(file));
        Assert.False(new SchemaCheck(Schema).Accepts(file));
    }
}
