namespace DurableTrainer.Bench.Tests;

/// <summary>What is said of a command line that cannot be used; nothing is measured then.</summary>
public class WrongCommandLineTests
{
    [Theory]
    [InlineData(new[] { "trian" }, "'trian'", "The benches are: api, async, data, engine, input, pace, pipeline, schedules, search, train, tuner, usage.")]
    [InlineData(new string[0], "Required command", "The benches are: api, async, data, engine, input, pace, pipeline, schedules, search, train, tuner, usage.")]
    [InlineData(new[] { "train", "--quik" }, "'--quik'", "The options of train are: --quick, --seconds, --threads,")]
    [InlineData(new[] { "train", "--workload", "resnet" }, "'resnet'", "'digits-cnn'")]
    [InlineData(new[] { "train", "--batch", "32" }, "--batch needs one of 16, 64, 256.", "The options of train are:")]
    [InlineData(new[] { "train", "--batch", "many" }, "'many'", "The options of train are:")]
    [InlineData(new[] { "train", "--threads", "0" }, "--threads needs numbers from 1 to 1024.", "The options of train are:")]
    [InlineData(new[] { "train", "--threads" }, "--threads", "The options of train are:")]
    [InlineData(new[] { "train", "--seconds", "0" }, "--seconds needs a number above 0", "The options of train are:")]
    [InlineData(new[] { "train", "--seconds", "NaN" }, "--seconds needs a number above 0", "The options of train are:")]
    [InlineData(new[] { "train", "--seconds", "soon" }, "'soon'", "The options of train are:")]
    [InlineData(new[] { "train", "--pytorch", "mkl,LD_PRELOAD" }, "not 'mkl,LD_PRELOAD'", "The options of train are:")]
    [InlineData(new[] { "train", "--pytorch", "a", "a,X=1" }, "another name for each opponent", "The options of train are:")]
    [InlineData(new[] { "train", "--markdown", "/nowhere/performance.md" }, "/nowhere/performance.md does not exist.", "")]
    [InlineData(new[] { "async", "--seeds", "1" }, "--seeds needs a number from 2 to 1000.", "The options of async are: --quick, --sweep, --seeds,")]
    [InlineData(new[] { "async", "--markdown", "/nowhere/async.md" }, "/nowhere/async.md does not exist.", "")]
    [InlineData(new[] { "input", "--kind", "disk-bound" }, "'disk-bound'", "'latency-bound'")]
    [InlineData(new[] { "input", "--rounds", "0" }, "--rounds needs a number from 1 to 100.", "The options of input are:")]
    [InlineData(new[] { "pace", "--agent", "sobol" }, "'sobol'", "'bandit'")]
    [InlineData(new[] { "pace", "--trials", "100" }, "--trials needs a number from 220 to 100000.", "The options of pace are:")]
    [InlineData(new[] { "pace", "--parallel", "0" }, "--parallel needs a number from 1 to 64.", "The options of pace are:")]
    [InlineData(new[] { "search", "--arms", "asha" }, "'--arms'", "The options of search are: --quick, --task, --arm,")]
    [InlineData(new[] { "search", "--arm", "hyperband" }, "'hyperband'", "'asha-allocation'")]
    [InlineData(new[] { "search", "--task", "letters" }, "'letters'", "'digits'")]
    [InlineData(new[] { "search", "--task", "falling-rate", "--arm", "random" }, "there is nothing to measure", "")]
    [InlineData(new[] { "search", "--seeds", "0" }, "--seeds needs a number from 1 to 1000.", "The options of search are:")]
    [InlineData(new[] { "search", "--trials", "0" }, "--trials needs a number from 1 to 10000.", "The options of search are:")]
    [InlineData(new[] { "search", "--seconds", "0" }, "--seconds needs a number above 0", "The options of search are:")]
    [InlineData(new[] { "search", "--seconds", "soon" }, "'soon'", "The options of search are:")]
    [InlineData(new[] { "search", "--markdown", "/nowhere/search.md" }, "/nowhere/search.md does not exist.", "")]
    [InlineData(new[] { "tuner", "--agnet" }, "'--agnet'", "The options of tuner are: --quick, --agent, --task,")]
    [InlineData(new[] { "tuner", "--agent", "annealing" }, "'annealing'", "'bandit'")]
    [InlineData(new[] { "tuner", "--task", "knapsack" }, "'knapsack'", "'hartmann6'")]
    [InlineData(new[] { "tuner", "--set", "every" }, "'every'", "'reference'")]
    [InlineData(new[] { "tuner", "--set", "own", "--task", "branin" }, "--set has nothing to add", "")]
    [InlineData(new[] { "tuner", "--seeds", "0" }, "--seeds needs a number from 1 to 1000.", "The options of tuner are:")]
    [InlineData(new[] { "tuner", "--trials", "-3" }, "--trials needs a number from 1 to 10000.", "The options of tuner are:")]
    [InlineData(new[] { "tuner", "--trials", "many" }, "'many'", "The options of tuner are:")]
    [InlineData(new[] { "tuner", "--batch", "0" }, "--batch needs a number from 1 to 1000.", "The options of tuner are:")]
    [InlineData(new[] { "tuner", "--threads", "0" }, "--threads needs a number from 1 to 1024.", "The options of tuner are:")]
    [InlineData(new[] { "tuner", "--markdown", "/nowhere/tuner.md" }, "/nowhere/tuner.md does not exist.", "")]
    public async Task A_wrong_command_line_is_told_with_what_is_known(string[] arguments, string told, string known)
    {
        var run = await BenchRun.OfAsync(arguments);

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.Contains(known, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "# Performance\n")]
    [InlineData("train", "<!-- end of figures -->\n<!-- figures of the bench `train`: written by --markdown -->\n")]
    [InlineData("search", "# Searches\n")]
    [InlineData("tuner", "<!-- figures of the bench `train`: written by --markdown -->\n<!-- end of figures -->\n")]
    public async Task A_page_without_a_place_for_tables_is_told_before_anything_is_measured(string bench, string page)
    {
        var run = await BenchRun.OfAsync(page, file => [bench, "--markdown", file]);

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains("has no place for tables", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/python3", "PyTorch (pytorch) cannot be started")]
    [InlineData("/bin/false", "PyTorch (pytorch) ended")]
    public async Task Without_PyTorch_it_is_told_what_to_install(string python, string told)
    {
        var run = await BenchRun.OfAsync("train", "--quick", "--pytorch", "--python", python);

        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.Contains("apt-get install --no-install-recommends python3-torch", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_benches_comes_with_the_help()
    {
        var help = await BenchRun.OfAsync("--help");

        Assert.Equal(0, help.Status);
        Assert.Contains("train", help.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("serve", help.Output, StringComparison.Ordinal);
    }
}
