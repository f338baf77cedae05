using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>What is learned from which data, from the file to what is told in the end.</summary>
public class LearningTests
{
    [Fact]
    public async Task A_trial_whose_loss_is_no_longer_finite_is_told_with_the_step_and_others_go_on()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["space"] = new JsonArray(new JsonObject { ["name"] = "rate", ["type"] = "choice", ["values"] = new JsonArray(1e30, 0.1) });
            spec["training"]!["model"]!["layers"] = JsonNode.Parse("""[{ "type": "linear", "units": 8 }, "relu", { "type": "linear", "units": 10 }]""");
            spec["training"]!["optimizer"] = new JsonObject { ["type"] = "sgd", ["learningRate"] = "$rate", ["schedule"] = "cosine" };
            spec["training"]!["epochs"] = 2;
        });

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        var show = await Dtrain.RunAsync("show", "small-1", "--data", here.Data, "--json");

        Assert.Equal(0, run.Status);
        Assert.Contains("1 failed", run.Output, StringComparison.Ordinal);
        Assert.Matches("failed; NonFinite: the training loss became (not a number|infinite) in epoch 1, at step [0-9]+; a smaller learning rate may help", run.Output);
        Assert.Matches("NonFinite: the training loss became (not a number|infinite) in epoch 1, at step [0-9]+", show.Output);
    }

    [Fact]
    public async Task A_text_is_learned_and_the_model_says_which_number_is_which_character()
    {
        using var here = new Workspace();
        File.WriteAllText(Path.Combine(here.Root, "text.txt"), string.Concat(Enumerable.Repeat("abcd", 300)));
        here.Write(spec =>
        {
            spec["objective"] = new JsonObject { ["metric"] = "validation.perplexity" };
            spec["training"]!["data"] = new JsonObject { ["type"] = "text", ["path"] = "text.txt", ["length"] = 1 };
            spec["training"]!["model"]!["layers"] = JsonNode.Parse("""[{ "type": "linear", "units": 8 }, "tanh", { "type": "linear", "units": 5 }]""");
            spec["training"]!["epochs"] = 2;
            spec["space"] = new JsonArray(new JsonObject { ["name"] = "learningRate", ["type"] = "choice", ["values"] = new JsonArray(0.01) });
        });

        var plan = await Dtrain.RunAsync("plan", here.Spec);
        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Contains("4 different characters, so the last layer must give at least as many classes", plan.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (run.Status, run.Error));
        var model = JsonNode.Parse(here.Read("small-1/model/model.json"))!;
        Assert.Equal("""{"unit":"characters","vocabulary":["a","b","c","d"]}""", model["input"]!["text"]!.ToJsonString());
        Assert.Equal("""["a","b","c","d","4"]""", model["classes"]!.ToJsonString());
    }

    [Fact]
    public async Task Targets_that_the_loss_cannot_take_are_told_before_anything_is_written()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["objective"] = new JsonObject { ["metric"] = "validation.f1" };
            spec["training"]!["loss"] = "binaryCrossEntropy";
            spec["training"]!["model"]!["layers"] = new JsonArray(new JsonObject { ["type"] = "linear", ["units"] = 1 });
        });
        var several = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        here.Write(spec => spec["training"]!["data"]!["label"] = new JsonArray(0, -1));
        var two = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal((2, 2), (several.Status, two.Status));
        Assert.Matches(@"/training/data: digits\.csv\.gz: target [0-9]+ in line [0-9]+ is out of range; binaryCrossEntropy wants targets from 0 to 1\.", several.Error);
        Assert.Contains("crossEntropy gets [10], but wants [2, classes] from the last layer, for 2 targets of each sample", two.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(here.Data));
    }
}
