using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Specs;

namespace DurableTrainer.Experiments.Tests.Specs;

public sealed class SpecFileTests : IDisposable
{
    private const string Json = """
        {
          "name": "digits",   // a comment
          "seed": 42,
          "objective": { "metric": "validation.accuracy", "goal": "maximize", "reduce": "best", "target": 0.995 },
          "space": [
            { "name": "optimizer", "type": "choice", "values": ["sgd", "adamw"] },
            { "name": "learningRate", "type": "float", "min": 1e-4, "max": 0.3, "scale": "log", "adjustable": true },
            { "name": "momentum", "type": "float", "min": 0, "max": 0.99, "when": { "optimizer": ["sgd"] } },
            { "name": "batchSize", "type": "ordinal", "values": [16, 32, 64, 128] },
            { "name": "width", "type": "int", "min": 8, "max": 64, "step": 8 },
          ],
          "constraints": ["width * batchSize <= 8192"],
          "training": {
            "data": { "type": "csv", "path": "data/optdigits.csv.gz", "label": -1, "shape": [1, 8, 8], "scale": 0.0625,
                      "split": { "validation": 0.2, "test": 0.1 } },
            "model": { "layers": [
              { "type": "conv2d", "filters": "$width", "kernel": 3, "padding": 1 }, { "type": "relu" },
              { "type": "maxPool2d", "size": 2 }, { "type": "flatten" },
              { "type": "linear", "units": 64 }, { "type": "relu" }, { "type": "linear", "units": 10 } ] },
            "loss": "crossEntropy",
            "optimizer": { "type": "$optimizer", "learningRate": "$learningRate", "momentum": "$momentum" },
            "batchSize": "$batchSize",
            "epochs": 20,
            "parallel": { "mode": "single" }
          },
          "tuner": { "agent": "bandit", "startup": 10, "points": [ { "learningRate": 0.01 } ], "transferFrom": [] },
          "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 3 },
          "adaptation": { "type": "pb2", "everyEpochs": 3 },
          "convergence": { "rule": "regret", "minTrials": 20, "patience": 5 },
          "budget": { "trials": 40, "parallel": 2, "wallClock": "PT30M", "cpuTime": "PT1H" },
          "quota": { "pool": "cpu", "workers": 2, "onExceed": "reject" },
          "limits": { "wallClock": "PT5M", "cpuTime": "PT5M", "memory": "1GiB", "parameters": 2000000 },
          "failure": { "retries": 3, "maxFailedTrials": 5 },
          "retune": { "schedule": "0 0 3 * * *", "promote": "ifBetter" }
        }
        """;

    private const string Yaml = """
        name: digits   # a comment
        seed: 42
        objective: { metric: validation.accuracy, goal: maximize, reduce: best, target: 0.995 }
        space:
          - { name: optimizer, type: choice, values: [sgd, adamw] }
          - { name: learningRate, type: float, min: 1e-4, max: 0.3, scale: log, adjustable: true }
          - name: momentum
            type: float
            min: 0
            max: .99
            when:
              optimizer: [sgd]
          - { name: batchSize, type: ordinal, values: [16, 0x20, 0o100, 128] }
          - { name: width, type: int, min: 8, max: 64, step: 8 }
        constraints:
          - width * batchSize <= 8192
        training:
          data: { type: csv, path: data/optdigits.csv.gz, label: -1, shape: [1, 8, 8], scale: 0.0625, split: { validation: 0.2, test: 0.1 } }
          model:
            layers:
              - { type: conv2d, filters: $width, kernel: 3, padding: 1 }
              - &relu { type: relu }
              - { type: maxPool2d, size: 2 }
              - type: flatten
              - { type: linear, units: 64 }
              - *relu
              - { type: linear, units: 10 }
          loss: crossEntropy
          optimizer: { type: $optimizer, learningRate: $learningRate, momentum: "$momentum" }
          batchSize: $batchSize
          epochs: 20
          parallel: { mode: single }
        tuner: { agent: bandit, startup: 10, points: [ { learningRate: 0.01 } ], transferFrom: [] }
        scheduler: { type: asha, minEpochs: 1, reduction: 3 }
        adaptation: { type: pb2, everyEpochs: 3 }
        convergence: { rule: regret, minTrials: 20, patience: 5 }
        budget: { trials: 40, parallel: 2, wallClock: PT30M, cpuTime: PT1H }
        quota: { pool: cpu, workers: 2, onExceed: reject }
        limits: { wallClock: PT5M, cpuTime: PT5M, memory: 1GiB, parameters: 2000000 }
        failure: { retries: 3, maxFailedTrials: 5 }
        retune: { schedule: 0 0 3 * * *, promote: ifBetter }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dtrain-spec-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_documented_experiment_is_the_same_as_JSON_and_as_YAML()
    {
        var json = SpecFile.Read(Write("digits.jsonc", Json));
        var yaml = SpecFile.Read(Write("digits.yaml", Yaml));

        Assert.Equal(SpecReader.Write(json), SpecReader.Write(yaml));
        Assert.Equal(json, yaml);
    }

    [Fact]
    public void Plain_scalars_are_what_YAML_1_2_says_and_quoted_ones_strings()
    {
        var node = YamlText.Parse("""
            { whole: 12, negative: -7, broken: 1.5, exponent: 1e3, hex: 0x1F, octal: 0o17, yes: yes, on: on, no: no, true: true, none: null,
              tilde: ~, quoted: "12", single: 'true', tagged: !!str 12, date: 2026-01-02, version: 1.2.3, empty: }
            """);

        Assert.Equal(
            """{"whole":12,"negative":-7,"broken":1.5,"exponent":1000,"hex":31,"octal":15,"yes":"yes","on":"on","no":"no","true":true,"none":null,"tilde":null,"quoted":"12","single":"true","tagged":"12","date":"2026-01-02","version":"1.2.3","empty":null}""",
            node!.ToJsonString());
    }

    [Theory]
    [InlineData(".inf")]
    [InlineData("-.inf")]
    [InlineData(".nan")]
    public void A_number_that_is_not_finite_is_refused_at_its_place(string number)
    {
        var problem = Assert.Single(Problems("digits.yml", Yaml.Replace("target: 0.995", $"target: {number}", StringComparison.Ordinal)));

        Assert.Equal(new SpecProblem("/objective/target", "is not a finite number"), problem);
    }

    [Fact]
    public void Mistakes_in_YAML_have_the_same_pointers_as_in_JSON()
    {
        var problems = Problems("digits.yaml", Yaml.Replace("trials: 40", "trails: 40", StringComparison.Ordinal).Replace("memory: 1GiB", "memory: much", StringComparison.Ordinal));

        Assert.Equal(["/budget/trails", "/limits/memory"], problems.Select(problem => problem.Pointer));
    }

    [Fact]
    public void A_field_that_is_given_twice_is_named_with_its_line()
    {
        var problem = Assert.Single(Problems("digits.yaml", "name: a\nbudget:\n  trials: 1\n  trials: 2\n"));

        Assert.Equal(new SpecProblem("/budget/trials", "is given twice, the second time on line 4"), problem);
    }

    [Theory]
    [InlineData("name: [1, 2", "line 2, column 1: ")]
    [InlineData("name: a\n\tseed: 1", "line 1, column 7: ")]
    [InlineData("name: *nobody", "line 1, column 7: *nobody is not defined before it is used.")]
    [InlineData("name: a\n---\nname: b", "line 2, column 1: A second document starts here; a file holds one experiment.")]
    [InlineData("? [a, b]\n: c", "line 1, column 3: The name of a field must be plain text.")]
    [InlineData("", "is null, must be an object")]
    [InlineData("# nothing but a comment", "is null, must be an object")]
    [InlineData("- a\n- b", "is a list, must be an object")]
    public void Text_that_is_no_experiment_is_one_problem(string text, string message)
    {
        var problem = Assert.Single(Problems("digits.yaml", text));

        Assert.Equal("", problem.Pointer);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_multiply_without_end_are_refused()
    {
        var lines = Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");

        var problem = Assert.Single(Problems("bomb.yaml", $"a0: &a0 [x, x]\n{string.Join('\n', lines)}"));

        Assert.EndsWith("The file stands for more than 100000 values.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var problem = Assert.Single(Problems("deep.yaml", new string('[', 5000)));

        Assert.EndsWith("Values are nested deeper than 64 levels.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_by_name()
    {
        var path = Path.Combine(folder.FullName, "missing.json");

        Assert.Equal($"{path} does not exist", Assert.Single(Assert.Throws<SpecException>(() => SpecFile.Read(path)).Problems).Message);
    }

    [Fact]
    public void A_folder_is_not_a_file()
    {
        var path = folder.CreateSubdirectory("digits.json").FullName;

        Assert.Equal($"{path} is a folder, must be a file", Assert.Single(Assert.Throws<SpecException>(() => SpecFile.Read(path)).Problems).Message);
    }

    [Theory]
    [InlineData("digits.toml", "ends in '.toml', must end in .json, .jsonc, .yaml or .yml")]
    [InlineData("digits", "ends in '', must end in .json, .jsonc, .yaml or .yml")]
    public void Another_extension_is_told_which_there_are(string name, string message) =>
        Assert.EndsWith(message, Assert.Single(Problems(name, Json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_of_more_than_a_mebibyte_is_not_read() =>
        Assert.EndsWith("has 1048577 bytes, may have up to 1048576 (1 MiB)", Assert.Single(Problems("large.json", new string(' ', (1 << 20) + 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_text_is_told_so()
    {
        var path = Path.Combine(folder.FullName, "binary.json");
        File.WriteAllBytes(path, [0x7B, 0xFF, 0xFE, 0x7D]);

        Assert.EndsWith("is not UTF-8 text", Assert.Single(Assert.Throws<SpecException>(() => SpecFile.Read(path)).Problems).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<SpecProblem> Problems(string name, string text) => Assert.Throws<SpecException>(() => SpecFile.Read(Write(name, text))).Problems;

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
