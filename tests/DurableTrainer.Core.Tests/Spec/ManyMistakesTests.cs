using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Tests.Spec;

public class ManyMistakesTests
{
    private const string Ten = """
        {
          "name": "digits",
          "objective": { "metric": "validation.acuracy", "goal": "maximise" },
          "space": [
            { "name": "optimizer", "type": "choice", "values": ["sgd", "adamw"] },
            { "name": "learningRate", "type": "float", "min": 0, "max": 0.3, "scale": "log" },
            { "name": "momentum", "type": "float", "min": 0, "max": 0.99, "when": { "optimizer": ["adam"] } },
            { "name": "width", "type": "int", "min": 8, "max": 64 }
          ],
          "constraints": ["widht <= 8192"],
          "training": {
            "data": { "type": "csv", "split": { "validation": 0.2, "test": 0.1 } },
            "model": { "layers": [ { "type": "linear", "units": "$width / 3" }, { "type": "linear", "units": 10, "biass": true } ] },
            "loss": "crossEntropy",
            "optimizer": { "type": "$optimizer", "learningRate": "$learningRate", "momentum": "$momentum" },
            "epochs": 20
          },
          "budget": { "trails": 40, "wallClock": "30m" }
        }
        """;

    [Fact]
    public void Ten_mistakes_get_one_message_each_in_the_order_of_the_file()
    {
        Assert.Equal(
            [
                "/objective/metric",
                "/objective/goal",
                "/space/1/min",
                "/space/2/when/optimizer/0",
                "/constraints/0",
                "/training/data/path",
                "/training/model/layers/0/units",
                "/training/model/layers/1/biass",
                "/budget/trails",
                "/budget/wallClock",
            ],
            Mistakes.Of(Ten).Select(problem => problem.Pointer));
    }

    [Fact]
    public void A_misspelt_field_is_not_also_missing()
    {
        var file = Mistakes.Change(Examples.Whole, "/space/4/min", null).Also("/space/4/minn", "8").Also("/training/data/pth", "\"x\"").Also("/training/data/path", null);

        Assert.Equal(["/space/4/minn", "/training/data/pth"], Mistakes.Of(file).Select(problem => problem.Pointer));
    }

    [Fact]
    public void A_mistake_in_one_section_hides_none_in_another()
    {
        var file = Mistakes.Change(Examples.Whole, "/space/4/step", "0");
        file["training"]!["batchSize"] = "$batchSize - 16";
        file["tuner"]!["points"] = JsonNode.Parse("""[{ "learningRate": 7 }]""");

        Assert.Equal(["/space/4/step", "/training/batchSize", "/tuner/points/0/learningRate"], Mistakes.Of(file).Select(problem => problem.Pointer));
    }

    [Fact]
    public void Conditions_that_lead_back_to_themselves_are_named_once()
    {
        var problem = Assert.Single(Mistakes.Of(Mistakes.Change(Examples.Whole, "/space/0/when", """{ "width": [8] }""").Also("/space/4/when", """{ "optimizer": ["sgd"] }""")));

        Assert.Equal("/space/0/when", problem.Pointer);
        Assert.Equal("leads back to itself: optimizer needs width needs optimizer", problem.Message);
    }

    [Fact]
    public void Two_parameters_of_one_name_are_refused()
    {
        var problem = Assert.Single(Mistakes.Of(Mistakes.Change(Examples.Whole, "/space/3", """{ "name": "width", "type": "int", "min": 1, "max": 2 }""").Also("/training/batchSize", "32").Also("/constraints", "[]").Also("/space/4/adjustable", "false")));

        Assert.Equal("/space/4/name", problem.Pointer);
        Assert.Equal("is 'width', the name of /space/3 already", problem.Message);
    }

    [Theory]
    [InlineData("", "line 1, column 1: ")]
    [InlineData("{ \"name\": \"digits\",\n  \"seed\": }", "line 2, column 11: ")]
    [InlineData("{ \"name\": \"digits\"", "line 1, column 19: ")]
    [InlineData("{} {}", "line 1, column 4: ")]
    [InlineData("nonsense", "line 1, column ")]
    public void A_file_that_is_not_JSON_is_one_problem_with_its_line(string text, string message)
    {
        var problem = Assert.Single(Mistakes.Of(text));

        Assert.Equal("", problem.Pointer);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "is null, must be an object")]
    [InlineData("[]", "is a list, must be an object")]
    [InlineData("\"digits\"", "is a string, must be an object")]
    public void A_file_that_holds_something_else_is_told_so(string text, string message)
    {
        var problem = Assert.Single(Mistakes.Of(text));

        Assert.Equal(new SpecProblem("", message), problem);
    }

    [Fact]
    public void A_field_that_is_given_twice_is_named_with_its_line()
    {
        var problem = Assert.Single(Mistakes.Of(Examples.Small.Replace("\"space\": [", "\"objective\": { \"metric\": \"validation.loss\" },\n  \"space\": [", StringComparison.Ordinal)));

        Assert.Equal(new SpecProblem("/objective", "is given twice, the second time on line 3"), problem);
    }

    [Fact]
    public void Text_that_nests_without_end_is_refused_rather_than_followed()
    {
        Assert.Single(Mistakes.Of(new string('[', 100_000)));
        var deep = string.Concat(Enumerable.Repeat("(", 900)) + "width" + string.Concat(Enumerable.Repeat(")", 90));
        Assert.Equal("/constraints/0", Assert.Single(Mistakes.Of(Mistakes.Change(Examples.Whole, "/constraints", $"[\"{deep} < 3\"]"))).Pointer);
    }

    [Fact]
    public void Pointers_escape_what_separates_them()
    {
        var problem = Assert.Single(Mistakes.Of(Mistakes.Change(Examples.Small, "/budget", """{ "a/b~c": 1 }""")));

        Assert.Equal("/budget/a~1b~0c", problem.Pointer);
    }
}
