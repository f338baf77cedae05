using System.Text;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests.AskTell;

/// <summary>What a client is told about lines that cannot be answered, and that they change nothing.</summary>
public class HostileLinesTests
{
    private const string Before = "{\"op\":\"ask\"}\n";
    private const string After = "\n{\"op\":\"state\"}\n{\"op\":\"ask\"}\n";

    public static TheoryData<string, string> Lines => new()
    {
        { "hello", "not JSON at column 1" },
        { """{"op":"ask"} x""", "not JSON at column 14" },
        { """{"op":"ask",}""", "not JSON at column 13" },
        { """{"op":"ask" /* four */}""", "not JSON at column 13" },
        { "[1]", "must be a JSON object such as" },
        { "null", "must be a JSON object such as" },
        { "{}", "'op' is missing, must be one of ask, report, tell, add, state" },
        { """{"op":7}""", "'op' must be one of" },
        { """{"op":"tel"}""", "unknown op 'tel'; did you mean 'tell'?" },
        { """{"op":"ask","cuont":2}""", "unknown field 'cuont'; did you mean 'count'?" },
        { """{"op":"ask","count":0}""", "'count' must be a whole number from 1 to 1000" },
        { """{"op":"ask","count":1001}""", "'count' must be a whole number from 1 to 1000" },
        { """{"op":"ask","count":"4"}""", "'count' must be a whole number from 1 to 1000" },
        { """{"op":"ask","op":"state"}""", "Duplicate property 'op'" },
        { """{"op":"tell","value":1}""", "'trial' is missing" },
        { """{"op":"tell","trial":0}""", "'value' is missing (give 'failed' with a reason for a trial that has none)" },
        { """{"op":"tell","trial":0,"value":1,"failed":"no"}""", "a trial either has a value or has 'failed', not both" },
        { """{"op":"tell","trial":0,"value":1,"values":[1]}""", "give 'value' or 'values', not both" },
        { """{"op":"tell","trial":0,"values":[1,2]}""", "'values' must be an object with loss, or an array of 1 in this order" },
        { """{"op":"tell","trial":0,"values":[]}""", "'values' must be an object with loss" },
        { """{"op":"tell","trial":0,"values":{"los":1}}""", "unknown objective 'los'; did you mean 'loss'?; 'values' has no 'loss'" },
        { """{"op":"tell","trial":0,"values":{"loss":"low"}}""", "'values.loss' must be a finite number" },
        { """{"op":"tell","trial":0,"value":NaN}""", "not JSON at column 32" },
        { """{"op":"tell","trial":0,"value":Infinity}""", "not JSON at column 32" },
        { """{"op":"tell","trial":0,"value":1e999}""", "'value' must be a finite number" },
        { """{"op":"tell","trial":0,"value":"NaN"}""", "'value' must be a finite number" },
        { """{"op":"tell","trial":0,"value":null}""", "'value' must be a finite number" },
        { """{"op":"tell","trial":0,"failed":true}""", "'failed' must be a string that says why" },
        { """{"op":"tell","trial":0,"value":1,"cost":-1}""", "'cost' must be 0 or more" },
        { """{"op":"tell","trial":0,"value":1,"cost":1e999}""", "'cost' must be a finite number" },
        { """{"op":"tell","trial":1,"value":1}""", "there is no such trial: the trials so far are 0 to 0" },
        { """{"op":"tell","trial":-1,"value":1}""", "there is no such trial" },
        { """{"op":"tell","trial":1e300,"value":1}""", "there is no such trial" },
        { """{"op":"tell","trial":99999999999999999999999999,"value":1}""", "there is no such trial" },
        { """{"op":"tell","trial":0.5,"value":1}""", "'trial' must be a whole number" },
        { """{"op":"tell","trial":"0","value":1}""", "'trial' must be a whole number" },
        { """{"op":"report","trial":0,"value":1}""", "'epoch' is missing, must be how many epochs are done" },
        { """{"op":"report","trial":0,"epoch":0,"value":1}""", "'epoch' must be a whole number from 1 to 1000000000" },
        { """{"op":"report","trial":0,"epoch":1e999,"value":1}""", "'epoch' must be a whole number" },
        { """{"op":"report","trial":0,"epoch":1}""", "'value' is missing" },
        { """{"op":"report","trial":0,"epoch":1,"value":1e999}""", "'value' must be a finite number" },
        { """{"op":"add","value":1}""", "'point' is missing" },
        { """{"op":"add","point":[1],"value":1}""", "'point' must be an object of parameter names and values" },
        { """{"op":"add","point":{"x":[1]},"value":1}""", "point: 'x' must be a number, a string or a boolean" },
        { """{"op":"add","point":{"x":null},"value":1}""", "point: 'x' must be a number, a string or a boolean" },
        { """{"op":"add","point":null,"value":1}""", "'point' must be an object of parameter names and values" },
        {
            """{"op":"add","point":{"x":2,"optimizer":"adamw","momentum":0.5,"z":1}}""",
            "point: 'x' is 2, must be a number from 0 to 1; point: 'momentum' has a value but is not active: it is only when 'optimizer' is sgd; point: unknown parameter 'z'"
        },
        { """{"op":"add","point":{"x":1e999,"optimizer":"adamw"},"value":1}""", "must be a number from 0 to 1" },
        { """{"op":"state","x":"\ud800"}""", "the string at column 19 is not valid Unicode" },
        { """{"op":"state","\udc00":1}""", "the string at column 15 is not valid Unicode" },
        { """{"op":"state","x":""" + new string('[', 1000), "The maximum configured depth of 64 has been exceeded" },
        { """{"op":"state" """, "not JSON at column" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_line_that_is_wrong_is_told_and_changes_nothing(string line, string told)
    {
        var undisturbed = await Talk.AnswersAsync(Talk.Settings(), Before + After);

        var answers = await Talk.AnswersAsync(Talk.Settings(), Before + line + After);

        Assert.Contains(told, (string?)JsonNode.Parse(answers[1])!["error"], StringComparison.Ordinal);
        Assert.Equal(undisturbed, [answers[0], .. answers[2..]]);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_told_and_change_nothing()
    {
        byte[] input = [.. "{\"op\":\"a"u8, 0xFF, 0xC0, .. "\"}\n{\"op\":\"ask\"}"u8];

        var answers = await Talk.AnswersAsync(Talk.Settings(), input);

        Assert.Equal("""{"error":"the line is not UTF-8 text"}""", answers[0]);
        Assert.Equal(await Talk.AnswersAsync(Talk.Settings(), Before), answers[1..]);
    }

    [Fact]
    public async Task A_line_of_ten_megabytes_is_skipped_to_its_end()
    {
        var line = "{\"op\":\"ask\",\"pad\":\"" + new string('x', 10_000_000) + "\"}\n";

        var answers = await Talk.AnswersAsync(Talk.Settings(), line + Before);

        Assert.Equal("""{"error":"the line is longer than 1048576 bytes and was skipped"}""", answers[0]);
        Assert.Equal(await Talk.AnswersAsync(Talk.Settings(), Before), answers[1..]);
    }

    [Fact]
    public async Task Empty_lines_carriage_returns_a_byte_order_mark_and_a_missing_line_end_do_no_harm()
    {
        byte[] input = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("\r\n{\"op\":\"ask\"}\r\n\n   \r\n{\"op\":\"ask\"}")];

        var answers = await Talk.AnswersAsync(Talk.Settings(), input);

        Assert.Equal(await Talk.AnswersAsync(Talk.Settings(), Before + Before), answers);
    }

    [Fact]
    public async Task No_input_gets_no_answer() => Assert.Empty(await Talk.AnswersAsync(Talk.Settings(), ""));
}
