using System.CommandLine;
using System.Globalization;
using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Searches;

/// <summary>What the command line may say of the bench <c>search</c>.</summary>
internal sealed class SearchOptions
{
    /// <summary>What is left of 40 seconds pays for the search that is under way.</summary>
    private static readonly TimeSpan QuickPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan QuickDeadline = TimeSpan.FromSeconds(5);

    private readonly Option<bool> quick = new("--quick")
    {
        Description = "Under 40 seconds in all, for a first impression: one seed, five seconds a search.",
    };

    private readonly Option<string[]> tasks = Names("--task", [.. TrainingTask.All.Select(task => task.Name)]);
    private readonly Option<string[]> arms = Names("--arm", [.. Arm.All.Select(arm => arm.Name), ConstantRun.Arm]);
    private readonly Option<int?> seeds = NumberOption.Create("--seeds", "Searches of each arm, with seeds 0, 1, …; 10 when left out.", 1000);
    private readonly Option<int?> trials = NumberOption.Create("--trials", "Trials of a search; as the task says when left out.", 10_000);

    private readonly Option<double?> seconds = new("--seconds")
    {
        Description = "How long trials may run in a search; as the task says when left out.",
        HelpName = "S",
    };

    private readonly Option<string?> markdown = new("--markdown")
    {
        Description = "Tables as Markdown in FILE between the lines that mark them; on standard error when left out.",
        HelpName = "FILE",
    };

    public SearchOptions() => seconds.Validators.Add(result =>
    {
        // What is no number at all has its own message.
        if (result.Tokens.Any(token => double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value is not (> 0 and <= 86_400)))
            result.AddError("--seconds needs a number above 0, and of at most 86400.");
    });

    public IEnumerable<Option> All => [quick, tasks, arms, seeds, trials, seconds, markdown];

    /// <exception cref="UsageException">Nothing is left to measure, or the tables have no place in their file.</exception>
    public SearchSettings Of(ParseResult parsed)
    {
        var isQuick = parsed.GetValue(quick);
        var settings = new SearchSettings
        {
            Tasks = TasksOf(parsed, isQuick),
            Arms = parsed.GetValue(arms) ?? [],
            Seeds = parsed.GetValue(seeds) ?? (isQuick ? 1 : 10),
            Trials = parsed.GetValue(trials),
            Deadline = parsed.GetValue(seconds) is { } wanted ? TimeSpan.FromSeconds(wanted) : isQuick ? QuickDeadline : null,
            Patience = isQuick ? QuickPatience : Timeout.InfiniteTimeSpan,
            TablesFile = parsed.GetValue(markdown) is { } file ? new MarkedFile(file, "search") : null,
        };
        if (!settings.Plans().Any() && !settings.Tasks.Any(settings.HoldsRates))
            throw new UsageException("None of the tasks has such an arm; there is nothing to measure.");
        return settings;
    }

    private TrainingTask[] TasksOf(ParseResult parsed, bool isQuick)
    {
        var names = parsed.GetValue(tasks) ?? [];
        return [.. TrainingTask.All.Where(task => names.Length > 0 ? names.Contains(task.Name) : !isQuick || task == TrainingTask.All[0])];
    }

    private static Option<string[]> Names(string name, string[] known)
    {
        var option = new Option<string[]>(name)
        {
            Description = "Only these; all when left out.",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
        };
        option.AcceptOnlyFromAmong(known);
        return option;
    }
}
