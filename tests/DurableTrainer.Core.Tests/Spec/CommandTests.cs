using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Core.Tests.Spec;

public class CommandTests
{
    private const string Small = """
        {
          "objective": { "metric": "score" },
          "space": [
            { "name": "rate", "type": "float", "min": 0.000001, "max": 0.1, "scale": "log" },
            { "name": "width", "type": "int", "min": 8, "max": 64 },
            { "name": "solver", "type": "choice", "values": ["sgd", "adam"] },
            { "name": "momentum", "type": "float", "min": 0, "max": 0.9, "when": { "solver": ["sgd"] } },
            { "name": "bias", "type": "choice", "values": [true, false] }
          ],
          "training": { "command": { "run": ["python3", "train.py", "--rate", "$rate", "$width * 2", "$solver", "$bias", "$$HOME"] }, "epochs": 27 }
        }
        """;

    private static readonly Point Point = new([new("rate", 1.2e-5), new("width", 8), new("solver", "adam"), new("bias", true)]);

    [Fact]
    public void Values_of_a_point_become_arguments_that_read_back_as_they_are()
    {
        var training = SpecReader.Read(Small).Training;

        Assert.True(training.RunsCommand);
        Assert.Equal(["python3", "train.py", "--rate", "1.2E-05", "16", "adam", "true", "$HOME"], training.BindCommand(Point).Command.Run);
        Assert.Equal(27, training.BindCommand(Point).Epochs);
    }

    [Fact]
    public void A_command_has_defaults_and_needs_neither_data_nor_a_model()
    {
        var spec = SpecReader.Read(Mistakes.Change(Small, "/training/epochs", null));

        Assert.Equal(new { Report = ReportFormat.Json, Silence = TimeSpan.FromMinutes(10), Epochs = 10 }, new
        {
            spec.Training.BindCommand(Point).Command.Report,
            spec.Training.BindCommand(Point).Command.Silence,
            spec.Training.BindCommand(Point).Epochs,
        });
        Assert.Equal(spec, SpecReader.Read(SpecReader.Write(spec)));
        Assert.Equal("PT10M", spec.Training.Json["command"]!["silence"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/training/model", """{ "layers": ["relu"] }""", "/training/model", "does not go with \"command\", whose program brings its own model, data and optimizer; remove one of the two")]
    [InlineData("/training/batchSize", "32", "/training/batchSize", "does not go with \"command\"")]
    [InlineData("/training/data", """{ "type": "csv", "path": "a.csv" }""", "/training/data", "does not go with \"command\"")]
    [InlineData("/training/epoch", "3", "/training/epoch", "unknown field 'epoch'; did you mean 'epochs'?")]
    [InlineData("/training/command", "null", "/training/command", "is null, must be an object")]
    [InlineData("/training/command", "\"python3 train.py\"", "/training/command", "is a string, must be an object")]
    [InlineData("/training/command/run", null, "/training/command/run", "is missing, has no default")]
    [InlineData("/training/command/run", "[]", "/training/command/run", "is empty, must have at least one item")]
    [InlineData("/training/command/run", "\"python3 train.py\"", "/training/command/run", "is a string, must be a list")]
    [InlineData("/training/command/run/2", "5", "/training/command/run/2", "is 5, must be a string")]
    [InlineData("/training/command/run/2", "[\"a\"]", "/training/command/run/2", "is a list, must be a string")]
    [InlineData("/training/command/run/2", "\"a\\u0000b\"", "/training/command/run/2", "must be text without the character 0")]
    [InlineData("/training/command/run/0", "\" \"", "/training/command/run/0", "is empty, must be a program")]
    [InlineData("/training/command/run/0", "\"$solver\"", "/training/command/run/0", "is \"$solver\", must be the same program for every point")]
    [InlineData("/training/command/run/3", "\"$rat\"", "/training/command/run/3", "\"$rat\": unknown parameter 'rat'; did you mean 'rate'?")]
    [InlineData("/training/command/run/3", "\"$momentum\"", "/training/command/run/3", "needs a value, but 'momentum' has none in the point ")]
    [InlineData("/training/command/report", "\"csv\"", "/training/command/report", "is \"csv\", must be one of json")]
    [InlineData("/training/command/silence", "\"ten minutes\"", "/training/command/silence", "must be an ISO 8601 duration")]
    [InlineData("/training/command/silence", "\"PT0S\"", "/training/command/silence", "must be more than 0")]
    [InlineData("/training/command/timeout", "\"PT1M\"", "/training/command/timeout", "unknown field 'timeout'")]
    [InlineData("/training/epochs", "0", "/training/epochs", "is 0, must be at least 1")]
    [InlineData("/limits", """{ "parameters": 1000 }""", "/limits/parameters", "cannot be held with a command")]
    public void One_mistake_gets_one_message_at_its_place(string changed, string? to, string pointer, string message)
    {
        var problem = Assert.Single(Mistakes.Of(Mistakes.Change(Small, changed, to)));

        Assert.Equal(pointer, problem.Pointer);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_command_a_model_and_its_data_are_still_required() =>
        Assert.Equal(
            ["/objective/metric", "/training/data", "/training/model", "/training/loss"],
            Mistakes.Of(Mistakes.Change(Small, "/training/command", null)).Select(problem => problem.Pointer));

    [Fact]
    public void The_schema_admits_a_command_or_a_model_but_not_neither()
    {
        var check = new SchemaCheck(SpecSchema.Create());

        Assert.True(check.Accepts(JsonNode.Parse(Small)));
        Assert.True(check.Accepts(JsonNode.Parse(SpecReader.Write(SpecReader.Read(Small)))));
        Assert.False(check.Accepts(Mistakes.Change(Small, "/training/command", null)));
        Assert.False(check.Accepts(Mistakes.Change(Small, "/training/command/run", "[]")));
        Assert.False(check.Accepts(Mistakes.Change(Small, "/training/command/run/2", "5")));
        Assert.False(check.Accepts(Mistakes.Change(Small, "/training/command/silence", "10")));
    }
}
