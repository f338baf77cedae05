using System.CommandLine;
using System.Globalization;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Train.Contestants;

namespace DurableTrainer.Bench.Train;

/// <summary>What the command line may say of the bench <c>train</c>.</summary>
internal sealed class TrainOptions
{
    /// <summary>Debian's, which is where its package of PyTorch goes.</summary>
    private const string SystemPython = "/usr/bin/python3";

    /// <summary>What a quick run on two undisturbed processors takes, but for the memory of a worker.</summary>
    private static readonly TimeSpan QuickPatience = TimeSpan.FromSeconds(20);

    private readonly Option<bool> quick = new("--quick") { Description = "Under 40 seconds in all, for a first impression." };

    private readonly Option<double?> seconds = new("--seconds")
    {
        Description = "Measured seconds of each cell, in all its rounds; 5 when left out.",
        HelpName = "S",
    };

    private readonly Option<int[]> threads = Many<int>("--threads", "Numbers of threads; 1 and 2 when left out.", "N");
    private readonly Option<string[]> workloads = Many<string>("--workload", "Only these.", "NAME");
    private readonly Option<int[]> batches = Many<int>("--batch", "Only these batch sizes.", "N");

    private readonly Option<string[]> pytorch = Many<string>(
        "--pytorch",
        "PyTorch does the same in turn. Several opponents are told apart by name and by variables of their environment: "
            + "--pytorch mkl mkl-avx512,LD_PRELOAD=intel.so",
        "NAME[,VARIABLE=VALUE…]",
        ArgumentArity.ZeroOrMore);

    private readonly Option<string> python = new("--python")
    {
        Description = "The Python that has PyTorch.",
        HelpName = "FILE",
        DefaultValueFactory = _ => SystemPython,
    };

    private readonly Option<string?> markdown = new("--markdown")
    {
        Description = "Tables as Markdown: in FILE between the lines that mark them, or after everything else when no file is named.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public TrainOptions()
    {
        workloads.AcceptOnlyFromAmong([.. Workload.All.Select(workload => workload.Name)]);
        Require(threads, number => number is >= 1 and <= 1024, "--threads needs numbers from 1 to 1024.");
        var known = Workload.AllBatches.ToHashSet();
        Require(batches, known.Contains, $"--batch needs one of {string.Join(", ", known)}.");
        // What is no number at all has its own message.
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value is not (> 0 and <= 600)))
                result.AddError("--seconds needs a number above 0, and of at most 600.");
        });
        pytorch.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => Opponent.Parse(token.Value) is null))
                result.AddError($"--pytorch needs NAME or NAME,VARIABLE=VALUE, not '{token.Value}'.");
            if (result.Tokens.Select(token => token.Value.Split(',')[0]).GroupBy(name => name).Any(names => names.Count() > 1))
                result.AddError("--pytorch needs another name for each opponent.");
        });
    }

    public IEnumerable<Option> All => [quick, seconds, threads, workloads, batches, pytorch, python, markdown];

    /// <exception cref="UsageException">Nothing is left to measure, or the tables have no place in their file.</exception>
    public TrainSettings Of(ParseResult parsed)
    {
        var isQuick = parsed.GetValue(quick);
        var inAll = parsed.GetValue(seconds) ?? (isQuick ? 0.36 : 5);
        var rounds = isQuick ? new RoundPlan(3, 5, inAll / 3) : new RoundPlan(5, 20, inAll / 5);
        int[] wantedBatches = parsed.GetValue(batches) is { Length: > 0 } some ? some : [.. Workload.AllBatches];
        var cells = Workload.All
            .Where(workload => parsed.GetValue(workloads) is not { Length: > 0 } names || names.Contains(workload.Name))
            .SelectMany(workload => workload.Batches.Where(wantedBatches.Contains).Select(batch => new Cell(workload, batch)));
        var settings = new TrainSettings
        {
            Cells = [.. cells],
            Threads = parsed.GetValue(threads) is { Length: > 0 } numbers ? [.. numbers.Distinct().Order()] : [1, 2],
            Rounds = rounds,
            WarmSeconds = isQuick ? 0.2 : 1,
            Patience = isQuick ? QuickPatience : Timeout.InfiniteTimeSpan,
            WorkerEpochs = isQuick ? 4 : 10,
            Opponents = parsed.GetResult(pytorch) is not { Implicit: false } asked ? []
                : asked.Tokens.Count == 0 ? [Opponent.Plain]
                : [.. asked.Tokens.Select(token => Opponent.Parse(token.Value)!)],
            Python = parsed.GetValue(python)!,
            Tables = parsed.GetResult(markdown) is { Implicit: false },
            TablesFile = parsed.GetValue(markdown) is { } file ? new MarkedFile(file, "train") : null,
        };
        if (settings.Cells.Count == 0)
            throw new UsageException("No workload has such a batch size; there is nothing to measure.");
        return settings;
    }

    private static Option<T[]> Many<T>(string name, string description, string value, ArgumentArity? arity = null) => new(name)
    {
        Description = description,
        HelpName = value,
        AllowMultipleArgumentsPerToken = true,
        Arity = arity ?? ArgumentArity.OneOrMore,
    };

    private static void Require(Option<int[]> option, Func<int, bool> accept, string told) => option.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => int.TryParse(token.Value, out var number) && !accept(number)))
            result.AddError(told);
    });
}
