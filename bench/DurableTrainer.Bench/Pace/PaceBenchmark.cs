using System.CommandLine;
using System.Text.Json.Nodes;
using DurableTrainer.Bench.Runs;

namespace DurableTrainer.Bench.Pace;

/// <summary>Whether an experiment of many short trials keeps its pace.</summary>
internal sealed class PaceBenchmark : Benchmark
{
    private static readonly string[] Agents = ["bandit", "random"];

    private readonly Option<bool> quick;
    private readonly Option<string[]> agents;
    private readonly Option<int?> trials;
    private readonly Option<int?> parallel;

    public PaceBenchmark()
        : this(
            new Option<bool>("--quick") { Description = "Under 40 seconds in all, for a first impression: 300 trials of random search." },
            new Option<string[]>("--agent")
            {
                Description = "Only these; bandit and random when left out.",
                HelpName = "NAME",
                AllowMultipleArgumentsPerToken = true,
                Arity = ArgumentArity.OneOrMore,
            },
            NumberOption.Create("--trials", "Trials of the experiment; 1000 when left out.", 100_000, least: PaceRun.WarmUp + 2 * PaceRun.Compared),
            NumberOption.Create("--parallel", "Trials at a time; 1 when left out.", 64))
    {
    }

    private PaceBenchmark(Option<bool> quick, Option<string[]> agents, Option<int?> trials, Option<int?> parallel)
        : base("pace", "What a trial takes beside training, at the beginning and at the end of a long experiment.", quick, agents, trials, parallel)
    {
        (this.quick, this.agents, this.trials, this.parallel) = (quick, agents, trials, parallel);
        agents.AcceptOnlyFromAmong(Agents);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var isQuick = parsed.GetValue(quick);
        var count = parsed.GetValue(trials) ?? (isQuick ? 300 : 1000);
        var lanes = parsed.GetValue(parallel) ?? 1;
        foreach (var agent in parsed.GetValue(agents) is { Length: > 0 } names ? names : isQuick ? Agents[1..] : Agents)
        {
            await progress.WriteLineAsync($"{count} trials of {agent}, {lanes} at a time");
            var run = await ProgramRun.OfAsync(ShortTrials.Spec(agent, count, lanes), ShortTrials.Files, cancellation);
            Write(output, agent, count, lanes, run);
        }

        return 0;
    }

    private static void Write(JsonLines output, string agent, int count, int lanes, ExperimentRun run)
    {
        var pace = PaceRun.Of(run, lanes);
        output.Write(new JsonObject
        {
            ["agent"] = agent,
            ["trials"] = count,
            ["parallel"] = lanes,
            ["firstHundredMilliseconds"] = Math.Round(pace.FirstMilliseconds, 2),
            ["lastHundredMilliseconds"] = Math.Round(pace.LastMilliseconds, 2),
            ["ratio"] = Math.Round(pace.Ratio, 3),
            ["wallSeconds"] = Math.Round(run.WallClock.TotalSeconds, 1),
            ["hundreds"] = new JsonArray([.. pace.Hundreds.Select(milliseconds => JsonValue.Create(Math.Round(milliseconds, 2)))]),
        });
    }
}
