using System.CommandLine;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner;

/// <summary>What the command line may say of the bench <c>tuner</c>.</summary>
internal sealed class TunerOptions
{
    private const string AllSets = "all";

    /// <summary>What is left of 40 seconds pays for the search that is under way, for the times of proposals and for starting.</summary>
    private static readonly TimeSpan QuickPatience = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan QuickProposalPatience = TimeSpan.FromSeconds(6);

    private static readonly string[] QuickTasks = ["branin", "hartmann6", "mlmix"];

    private readonly Option<bool> quick = new("--quick")
    {
        Description = "Under 40 seconds in all, for a first impression: three tasks, three seeds, 30 trials.",
    };

    private readonly Option<string[]> agents = new("--agent")
    {
        Description = "Only these; all when left out.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> tasks = new("--task")
    {
        Description = "Only these.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> set = new("--set")
    {
        Description = "Which tasks, when --task does not name them; all when left out.",
        HelpName = "NAME",
    };

    private readonly Option<int?> seeds = NumberOption.Create("--seeds", "Searches of each agent on each task, with seeds 0, 1, …; 20 when left out.", 1000);
    private readonly Option<int?> trials = NumberOption.Create("--trials", "Trials of a search; 60 when left out.", 10_000);

    private readonly Option<int?> batch = NumberOption.Create(
        "--batch", "Proposals that are asked for before any is told; 1 when left out. More are compared with 1.", 1000);

    private readonly Option<int?> threads = NumberOption.Create("--threads", "Searches at a time; as many as there are processors when left out.", 1024);

    private readonly Option<string?> markdown = new("--markdown")
    {
        Description = "Tables as Markdown in FILE between the lines that mark them; on standard error when left out.",
        HelpName = "FILE",
    };

    private readonly Option<string?> pictures = new("--pictures") { Description = "Charts as SVG files in FOLDER.", HelpName = "FOLDER" };

    public TunerOptions()
    {
        agents.AcceptOnlyFromAmong([.. AgentNames.All]);
        tasks.AcceptOnlyFromAmong([.. TaskSet.AllTasks.Select(task => task.Name)]);
        set.AcceptOnlyFromAmong([.. TaskSet.All.Select(known => known.Name), AllSets]);
    }

    public IEnumerable<Option> All => [quick, agents, tasks, set, seeds, trials, batch, threads, markdown, pictures];

    /// <exception cref="UsageException">What is asked for contradicts itself.</exception>
    public TunerSettings Of(ParseResult parsed)
    {
        var isQuick = parsed.GetValue(quick);
        var chosen = TasksOf(parsed, isQuick);
        return new TunerSettings
        {
            Tasks = chosen,
            Agents = parsed.GetValue(agents) is { Length: > 0 } names ? [.. names.Select(AgentNames.Parse).Distinct()] : Enum.GetValues<TunerAgent>(),
            Seeds = parsed.GetValue(seeds) ?? (isQuick ? 3 : 20),
            Trials = parsed.GetValue(trials) ?? (isQuick ? 30 : 60),
            Batch = parsed.GetValue(batch) ?? 1,
            Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
            Patience = isQuick ? QuickPatience : Timeout.InfiniteTimeSpan,
            ProposalPatience = isQuick ? QuickProposalPatience : Timeout.InfiniteTimeSpan,
            TablesFile = parsed.GetValue(markdown) is { } file ? new MarkedFile(file, "tuner") : null,
            Pictures = parsed.GetValue(pictures),
        };
    }

    private SearchTask[] TasksOf(ParseResult parsed, bool isQuick)
    {
        var (names, name) = (parsed.GetValue(tasks) ?? [], parsed.GetValue(set));
        if (names.Length > 0 && name is not null)
            throw new UsageException("--task names tasks of any set; --set has nothing to add to it.");
        if (names.Length == 0 && name is null && isQuick)
            names = QuickTasks;
        return names.Length > 0
            ? [.. TaskSet.AllTasks.Where(task => names.Contains(task.Name))]
            : [.. TaskSet.All.Where(known => name is null or AllSets || known.Name == name).SelectMany(known => known.Tasks)];
    }
}
