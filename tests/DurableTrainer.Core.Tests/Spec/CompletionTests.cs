using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Core.Tests.Spec;

public class CompletionTests
{
    [Fact]
    public void A_file_may_tell_its_editor_where_the_schema_is() =>
        Assert.Equal(
            SpecReader.Read(Examples.Whole),
            SpecReader.Read(string.Concat("{ \"$schema\": \"./dtrain.schema.json\",", Examples.Whole.AsSpan(Examples.Whole.IndexOf('{', StringComparison.Ordinal) + 1))));

    [Fact]
    public void The_documented_experiment_is_read()
    {
        var spec = SpecReader.Read(Examples.Whole);

        Assert.Equal("digits", spec.Name);
        Assert.Equal(0.995, Assert.Single(spec.Objective).Target);
        Assert.Equal(["optimizer", "learningRate", "momentum", "batchSize", "width"], spec.Space.Select(parameter => parameter.Name));
        Assert.Equal(["width * batchSize <= 8192"], spec.Constraints);
        Assert.Equal(new Point([new("learningRate", 0.01)]), Assert.Single(spec.Tuner.Points));
        Assert.Equal(new AshaSpec { MinEpochs = 1, Reduction = 3 }, spec.Scheduler);
        Assert.Equal(AdaptationType.Pb2, spec.Adaptation!.Type);
        Assert.Equal(new BudgetSpec { Trials = 40, Parallel = 2, WallClock = TimeSpan.FromMinutes(30), CpuTime = TimeSpan.FromHours(1) }, spec.Budget);
        Assert.Equal(new MemorySize(1 << 30), spec.Limits.Memory);
        Assert.Equal(5, spec.Failure.MaxFailedTrials);
        Assert.Equal("0 0 3 * * *", spec.Retune!.Schedule);
    }

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var completed = JsonNode.Parse(SpecReader.Write(SpecReader.Read(Examples.Small)))!;

        Assert.Equal("experiment", completed["name"]!.GetValue<string>());
        Assert.Equal("""{"metric":"validation.accuracy","goal":"maximize","reduce":"best"}""", completed["objective"]!.ToJsonString());
        Assert.Equal("""{"type":"csv","path":"digits.csv","label":-1,"delimiter":",","onBadRecord":"fail","scale":1,"split":{"validation":0.2,"test":0}}""", completed["training"]!["data"]!.ToJsonString());
        Assert.Equal("""[{"type":"linear","units":10,"bias":true}]""", completed["training"]!["model"]!["layers"]!.ToJsonString());
        Assert.Equal("""{"type":"crossEntropy","labelSmoothing":0}""", completed["training"]!["loss"]!.ToJsonString());
        Assert.Equal("$rate", completed["training"]!["optimizer"]!["learningRate"]!.GetValue<string>());
        Assert.Equal(0.999, completed["training"]!["optimizer"]!["beta2"]!.GetValue<double>());
        Assert.Equal("""{"type":"constant"}""", completed["training"]!["optimizer"]!["schedule"]!.ToJsonString());
        Assert.Equal("""{"type":"asha","minEpochs":1,"reduction":3}""", completed["scheduler"]!.ToJsonString());
        Assert.Equal("""{"trials":40,"parallel":1}""", completed["budget"]!.ToJsonString());
        Assert.Null(completed["adaptation"]);
    }

    [Theory]
    [InlineData(Examples.Small)]
    [InlineData(Examples.Whole)]
    public void A_completed_file_reads_as_the_same_spec_and_completes_to_itself(string file)
    {
        var spec = SpecReader.Read(file);

        Assert.Equal(spec, SpecReader.Read(SpecReader.Write(spec)));
        Assert.Equal(SpecReader.Write(spec), SpecReader.Write(SpecReader.Read(SpecReader.Write(spec))));
    }

    [Fact]
    public void Any_spec_that_can_be_written_reads_as_itself()
    {
        var whole = SpecReader.Read(Examples.Whole);
        var specs =
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            from trials in Gen.Choose(1, 100_000)
            from milliseconds in Gen.Choose(1, int.MaxValue)
            from bytes in Gen.Choose(1, int.MaxValue)
            from agent in Gen.Elements(Enum.GetValues<TunerAgent>())
            from scheduler in Gen.Elements<SchedulerSpec>(new NoSchedulerSpec(), new AshaSpec { Reduction = 4 }, new HyperbandSpec { MinEpochs = 2 }, new MedianSpec { MinTrials = 9 })
            from low in Gen.Choose(1, 1_000_000)
            from metrics in Gen.SubListOf("validation.accuracy", "validation.loss", "train.loss").Where(list => list.Count > 0)
            from workers in Gen.Elements<int?>(null, 1, 7)
            select whole with
            {
                Seed = seed,
                Objective = [.. metrics.Select(metric => new ObjectiveSpec { Metric = metric })],
                Space = [.. whole.Space.Where(parameter => parameter.Name != "learningRate"), new FloatParameter { Name = "learningRate", Min = low / 1e9, Max = low / 1e5, Adjustable = true }],
                Budget = new BudgetSpec { Trials = trials, WallClock = TimeSpan.FromMilliseconds(milliseconds) },
                Limits = new LimitsSpec { Memory = new MemorySize(bytes) },
                Tuner = new TunerSpec { Agent = agent },
                // Regret looks at one objective.
                Convergence = metrics.Count > 1 ? new ConvergenceSpec { Rule = ConvergenceRule.Plateau } : whole.Convergence,
                Scheduler = scheduler,
                Quota = new QuotaSpec { Workers = workers },
            };

        Prop.ForAll(specs.ToArbitrary(), spec => SpecReader.Read(SpecReader.Write(spec)) == spec).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void One_label_may_be_written_as_itself_and_several_as_a_list()
    {
        foreach (var (written, columns) in ((string, ColumnReference[])[])[("3", [3]), ("\"y\"", ["y"]), ("[0, \"y\"]", [0, "y"])])
        {
            var spec = SpecReader.Read(Mistakes.Change(Examples.Small, "/training/data/label", written));

            Assert.Equal(columns, ((CsvDataSpec)spec.Training.Bind(new Point([new("rate", 0.01)])).Data).Label);
            Assert.Equal(spec, SpecReader.Read(SpecReader.Write(spec)));
        }
    }

    [Fact]
    public void A_schedule_may_be_written_as_its_name_and_takes_values_of_the_point()
    {
        var named = SpecReader.Read(Mistakes.Change(Examples.Small, "/training/optimizer/schedule", "\"cosine\""));
        var bound = SpecReader.Read(Mistakes.Change(Examples.Small, "/training/optimizer/schedule", """{ "type": "cosine", "minimum": "$rate / 10", "warmUpSteps": 5 }"""));

        Assert.Equal(new CosineScheduleSpec(), Schedule(named));
        Assert.Equal(new CosineScheduleSpec { Minimum = 0.001, WarmUpSteps = 5 }, Schedule(bound));

        static ScheduleSpec Schedule(ExperimentSpec spec) => spec.Training.Bind(new Point([new("rate", 0.01)])).Optimizer.Schedule;
    }

    [Fact]
    public void Several_objectives_stay_a_list()
    {
        var spec = SpecReader.Read(Mistakes.Change(Examples.Small, "/objective", """[{ "metric": "validation.accuracy" }, { "metric": "train.loss" }]"""));

        Assert.Equal(2, JsonNode.Parse(SpecReader.Write(spec))!["objective"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("validation.loss", Goal.Minimize)]
    [InlineData("train.rmse", Goal.Minimize)]
    [InlineData("validation.perplexity", Goal.Minimize)]
    [InlineData("validation.accuracy", Goal.Maximize)]
    [InlineData("validation.r2", Goal.Maximize)]
    public void A_goal_that_is_not_said_is_the_natural_one(string metric, Goal goal)
    {
        Assert.Equal(goal, new ObjectiveSpec { Metric = metric }.Goal);
        Assert.Equal(Goal.Maximize, new ObjectiveSpec { Metric = metric, Goal = Goal.Maximize }.Goal);
    }

    [Fact]
    public void A_search_without_training_is_read_when_only_points_are_asked_for()
    {
        const string Search = """{ "objective": { "metric": "score", "goal": "minimize" }, "space": [ { "name": "x", "type": "float", "min": -5, "max": 5 } ] }""";

        Assert.Equal("/training", Assert.Single(Mistakes.Of(Search)).Pointer);
        var spec = SpecReader.Read(Search, needsTraining: false);
        Assert.Equal(spec, SpecReader.Read(SpecReader.Write(spec), needsTraining: false));
    }

    [Fact]
    public void Whole_numbers_may_be_written_as_such_in_any_way() =>
        Assert.Equal(1000, SpecReader.Read(Mistakes.Change(Examples.Small, "/budget/trials", "1e3")).Budget.Trials);

    [Theory]
    [InlineData("PT30M", 1800)]
    [InlineData("PT1H30M0.5S", 5400.5)]
    [InlineData("P1DT12H", 129_600)]
    public void Durations_are_ISO_8601(string text, double seconds) =>
        Assert.Equal(seconds, JsonSerializer.Deserialize<TimeSpan>($"\"{text}\"", SpecJson.Options).TotalSeconds);

    [Theory]
    [InlineData("30M")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("P1Y")]
    [InlineData("-PT5M")]
    [InlineData("P99999999999D")]
    [InlineData("00:30:00")]
    public void Other_durations_are_refused(string text) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TimeSpan>($"\"{text}\"", SpecJson.Options));

    [Theory]
    [InlineData("\"512MiB\"", 512L << 20, "\"512MiB\"")]
    [InlineData("\"1.5GB\"", 1_500_000_000, "1500000000")]
    [InlineData("\"1 kib\"", 1024, "\"1KiB\"")]
    [InlineData("\"10B\"", 10, "10")]
    [InlineData("1048576", 1 << 20, "\"1MiB\"")]
    [InlineData("\"2TiB\"", 2L << 40, "\"2TiB\"")]
    public void Sizes_have_units_or_none(string json, long bytes, string written)
    {
        var size = JsonSerializer.Deserialize<MemorySize>(json, SpecJson.Options);

        Assert.Equal(bytes, size.Bytes);
        Assert.Equal(written, JsonSerializer.Serialize(size, SpecJson.Options));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"MiB\"")]
    [InlineData("\"-1MiB\"")]
    [InlineData("\"1e30GB\"")]
    [InlineData("\"99999999999TiB\"")]
    [InlineData("1.5")]
    [InlineData("true")]
    public void Other_sizes_are_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<MemorySize>(json, SpecJson.Options));
}
