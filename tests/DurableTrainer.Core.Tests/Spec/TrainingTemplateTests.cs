using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Tests.Spec;

public class TrainingTemplateTests
{
    private static readonly TrainingTemplate Whole = SpecReader.Read(Examples.Whole).Training;

    [Fact]
    public void A_point_gives_every_expression_its_value()
    {
        var training = Whole.Bind(Sgd());

        Assert.Equal(new SgdSpec { LearningRate = 0.01, Momentum = 0.9 }, training.Optimizer);
        Assert.Equal(64, training.BatchSize);
        Assert.Equal(new Conv2dLayer { Filters = 24, Kernel = 3, Padding = 1 }, training.Model.Layers[0]);
        Assert.IsType<CrossEntropySpec>(training.Loss);
        Assert.Equal(20, training.Epochs);
    }

    [Fact]
    public void Settings_that_only_another_type_has_are_left_out_when_the_point_chooses_the_type()
    {
        var training = Whole.Bind(new Point([new("optimizer", "adamw"), new("learningRate", 0.01), new("batchSize", 16), new("width", 8)]));

        Assert.Equal(new AdamWSpec { LearningRate = 0.01 }, training.Optimizer);
    }

    [Fact]
    public void A_field_whose_parameter_is_not_active_has_its_default()
    {
        var training = Whole.Bind(new Point([new("optimizer", "sgd"), new("learningRate", 0.01), new("batchSize", 16), new("width", 8)]));

        Assert.Equal(0, Assert.IsType<SgdSpec>(training.Optimizer).Momentum);
    }

    [Fact]
    public void Arithmetic_stands_wherever_a_number_does()
    {
        var training = Change("/model/layers/4", """{ "type": "repeat", "times": "$width / 8", "layers": [ { "type": "linear", "units": "$(min($width * 2, 32))" } ] }""").Bind(Sgd());

        var repeat = Assert.IsType<RepeatLayer>(training.Model.Layers[4]);
        Assert.Equal(3, repeat.Times);
        Assert.Equal(new LinearLayer { Units = 32 }, Assert.Single(repeat.Layers));
    }

    [Fact]
    public void Names_alone_mean_the_defaults_of_their_type()
    {
        var training = Change("/optimizer", "\"$optimizer\"").Bind(Sgd());

        Assert.Equal(new SgdSpec(), training.Optimizer);
    }

    [Fact]
    public void Two_dollar_signs_stand_for_one()
    {
        var training = Change("/data/path", "\"$$HOME/digits.csv\"").Bind(Sgd());

        Assert.Equal("$HOME/digits.csv", Assert.IsType<CsvDataSpec>(training.Data).Path);
    }

    [Fact]
    public void Values_that_do_not_fit_are_all_named_at_their_places()
    {
        var point = new Point([new("optimizer", "lamb"), new("learningRate", 0), new("batchSize", 2.5), new("width", -8)]);

        var problems = Assert.Throws<SpecException>(() => Whole.Bind(point)).Problems;

        Assert.Equal(
            [
                new("/training/model/layers/0/filters", "is -8, must be at least 1"),
                new("/training/optimizer/type", "is \"lamb\", must be one of sgd, adamw, rmsprop, lion"),
                new SpecProblem("/training/batchSize", "is 2.5, must be a whole number"),
            ],
            problems);
    }

    [Fact]
    public void Rules_over_several_fields_hold_for_the_values_of_a_point()
    {
        var template = Change("/data/split/validation", "\"$momentum\"");

        Assert.Equal("/training/data/split", Assert.Single(Assert.Throws<SpecException>(() => template.Bind(Sgd())).Problems).Pointer);
    }

    [Fact]
    public void A_template_is_completed_without_a_point()
    {
        var completed = new TrainingTemplate(JsonNode.Parse(Examples.Small)!["training"]!.DeepClone().AsObject()).Completed();

        Assert.Equal(32, completed.Json["batchSize"]!.GetValue<int>());
        Assert.Equal("$rate", completed.Json["optimizer"]!["learningRate"]!.GetValue<string>());
        Assert.Equal(completed.Json.ToJsonString(), completed.Completed().Json.ToJsonString());
    }

    [Fact]
    public void What_a_completed_template_binds_to_is_what_the_file_says()
    {
        var file = new TrainingTemplate(Mistakes.Change(Examples.Whole, "/seed", "1")["training"]!.DeepClone().AsObject());

        Assert.Equal(
            System.Text.Json.JsonSerializer.Serialize(file.Bind(Sgd()), SpecJson.Options),
            System.Text.Json.JsonSerializer.Serialize(file.Completed().Bind(Sgd()), SpecJson.Options));
    }

    private static TrainingTemplate Change(string pointer, string json) =>
        new(Mistakes.Change(Examples.Whole, $"/training{pointer}", json)["training"]!.DeepClone().AsObject());

    private static Point Sgd() => new([new("optimizer", "sgd"), new("learningRate", 0.01), new("momentum", 0.9), new("batchSize", 64), new("width", 24)]);
}
