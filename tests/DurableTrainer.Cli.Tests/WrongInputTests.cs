using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>What a user is told about input that cannot be used, and that nothing is written then.</summary>
public class WrongInputTests
{
    [Fact]
    public async Task Ten_mistakes_get_ten_messages_in_one_go()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["name"] = "Not A Name";
            spec["objective"]!["metric"] = "validation.acuracy";
            spec["space"]![0]!["min"] = -1;
            spec["space"]![1]!["step"] = 0;
            spec["constraints"] = new JsonArray("widht < 5");
            spec["training"]!["data"]!["path"] = "nowhere.csv";
            spec["training"]!["batchSize"] = "many";
            spec["training"]!["model"]!["layers"]![3]!["rate"] = "$drop";
            spec["budget"]!["trails"] = 9;
            spec["limits"] = new JsonObject { ["wallClock"] = "5 minutes" };
        });

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(2, run.Status);
        var lines = run.Error.TrimEnd().Split('\n');
        Assert.Equal("The spec has 10 problems:", lines[0]);
        string[] pointers =
        [
            "/name", "/objective/metric", "/space/0/min", "/space/1/step", "/training/data", "/training/model/layers/3/rate",
            "/training/batchSize", "/budget/trails", "/constraints/0", "/limits/wallClock",
        ];
        Assert.Equal(pointers, lines.Skip(1).Select(line => line.TrimStart().Split(':')[0]));
        Assert.False(Directory.Exists(here.Data));
    }

    public static TheoryData<string, string> BrokenData => new()
    {
        { "missing", "there is no such file" },
        { "truncated", "the compressed data ends in the middle" },
        { "short row", "line 17 has 64 columns, line 1 has 65" },
        { "words", "line 3" },
        { "label", "label 10 in line 5 is out of range; the model has 10 outputs, so labels go from 0 to 9" },
        { "empty", "digits.csv.gz" },
    };

    [Theory]
    [MemberData(nameof(BrokenData))]
    public async Task Data_that_cannot_be_used_is_told_with_its_place_and_nothing_is_written(string what, string told)
    {
        using var here = new Workspace();
        here.Write();
        var data = File.ReadAllBytes(here.DataFile);
        var lines = Gzip.Lines(data);
        switch (what)
        {
            case "missing":
                File.Delete(here.DataFile);
                break;
            case "truncated":
                File.WriteAllBytes(here.DataFile, data[..(data.Length / 2)]);
                break;
            case "short row":
                lines[16] = lines[16][(lines[16].IndexOf(',', StringComparison.Ordinal) + 1)..];
                File.WriteAllBytes(here.DataFile, Gzip.Compress(string.Join('\n', lines)));
                break;
            case "words":
                lines[2] = "x" + lines[2];
                File.WriteAllBytes(here.DataFile, Gzip.Compress(string.Join('\n', lines)));
                break;
            case "label":
                lines[4] = lines[4][..(lines[4].LastIndexOf(',') + 1)] + "10";
                File.WriteAllBytes(here.DataFile, Gzip.Compress(string.Join('\n', lines)));
                break;
            case "empty":
                File.WriteAllBytes(here.DataFile, Gzip.Compress(""));
                break;
        }

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(2, run.Status);
        Assert.Contains("/training/data: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(here.Data));
    }

    [Fact]
    public async Task A_layer_that_does_not_fit_is_told_with_its_shape_and_a_point_that_shows_it()
    {
        using var here = new Workspace();
        here.Write(spec => spec["training"]!["model"]!["layers"]!.AsArray().Insert(0, new JsonObject { ["type"] = "maxPool2d", ["size"] = 2 }));

        var run = await Dtrain.RunAsync("plan", here.Spec);

        Assert.Equal(2, run.Status);
        Assert.Contains("/training/model/layers/0: maxPool2d gets [64], but wants", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_earlier_experiment_that_is_not_there_is_told_and_nothing_is_begun()
    {
        using var here = new Workspace();
        here.Write(spec => spec["tuner"] = new JsonObject { ["transferFrom"] = new JsonArray("digits-3") });

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(2, run.Status);
        Assert.Contains("  /tuner/transferFrom/0: unknown experiment 'digits-3'; there are none here", run.Error, StringComparison.Ordinal);
        Assert.Contains("no experiments here yet", (await Dtrain.RunAsync("list", "--data", here.Data)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_says_of_an_earlier_experiment_what_a_run_would_and_writes_nothing()
    {
        using var here = new Workspace();
        here.Write(spec => spec["tuner"] = new JsonObject { ["transferFrom"] = new JsonArray("digits-3") });

        var plan = await Dtrain.RunAsync("plan", here.Spec, "--data", here.Data);

        Assert.Equal(2, plan.Status);
        Assert.Contains("  /tuner/transferFrom/0: unknown experiment 'digits-3'; there are none here", plan.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(here.Data));
    }

    [Fact]
    public async Task What_this_version_cannot_do_is_told_instead_of_ignored()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["training"]!["parallel"] = new JsonObject { ["mode"] = "pipeline", ["units"] = 9 };
            spec["quota"] = new JsonObject { ["pool"] = "gpu" };
        });

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Equal(2, run.Status);
        foreach (var pointer in new[] { "/training/parallel/units", "/quota/pool" })
            Assert.Contains($"  {pointer}: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "rn", "x.json" }, "rn")]
    [InlineData(new[] { "run" }, "What is to be run?")]
    [InlineData(new[] { "run", "x.json", "--workers", "0" }, "--workers needs a number of at least 1")]
    [InlineData(new[] { "run", "x.json", "--workers", "two" }, "Cannot parse argument 'two'")]
    [InlineData(new[] { "list", "--data", "" }, "--data needs the path of a folder")]
    [InlineData(new[] { "run", "nowhere.json" }, "nowhere.json does not exist")]
    [InlineData(new[] { "show", "digits-1", "--data", "/nonexistent/folder" }, "There is no data folder")]
    public async Task A_wrong_command_line_is_told_with_status_2(string[] arguments, string told)
    {
        var finished = await Dtrain.RunAsync(arguments);

        Assert.Equal(2, finished.Status);
        Assert.Contains(told, finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_result_is_told_with_its_file()
    {
        using var here = new Workspace();
        Assert.Equal(0, (await Dtrain.RunAsync("run", here.Write(), "--data", here.Data)).Status);
        File.WriteAllText(Path.Combine(here.Data, "experiments", "small-1", "result.json"), "{");

        var list = await Dtrain.RunAsync("list", "--data", here.Data);

        Assert.Equal(1, list.Status);
        Assert.Contains("The artifact 'experiments/small-1/result.json' is damaged", list.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", list.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_experiment_is_told_with_status_2()
    {
        using var here = new Workspace();
        Directory.CreateDirectory(here.Data);

        var show = await Dtrain.RunAsync("show", "../small-1", "--data", here.Data);

        Assert.Equal((2, "There is no experiment '../small-1'.\n"), (show.Status, show.Error));
    }
}
