using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Tuner;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Bench.Costs;

/// <summary>Whether the tuner learns what costs what: correlations that name the causes, and a mask that spares what would fail.</summary>
internal sealed class UsageBenchmark : Benchmark
{
    private const int CorrelatedTrials = 20;
    private const int CorrelationsPerSearch = 10;

    private readonly Option<bool> quick;
    private readonly Option<string?> agent;
    private readonly Option<int?> seeds;
    private readonly Option<int?> trials;
    private readonly Option<string?> markdown;

    public UsageBenchmark()
        : this(
            new Option<bool>("--quick") { Description = "Under 40 seconds in all, for a first impression: three seeds, 30 trials." },
            new Option<string?>("--agent") { Description = "Who searches; bandit when left out.", HelpName = "NAME" },
            NumberOption.Create("--seeds", "Searches with and without a mask, with seeds 0, 1, …; 20 when left out.", 1000),
            NumberOption.Create("--trials", "Trials of a search; 60 when left out.", 10_000),
            new Option<string?>("--markdown")
            {
                Description = "The table as Markdown in FILE between the lines that mark it; on standard error when left out.",
                HelpName = "FILE",
            })
    {
    }

    private UsageBenchmark(Option<bool> quick, Option<string?> agent, Option<int?> seeds, Option<int?> trials, Option<string?> markdown)
        : base("usage", "What the tuner learns of what trials use, and what a mask of limits spares.", quick, agent, seeds, trials, markdown)
    {
        (this.quick, this.agent, this.seeds, this.trials, this.markdown) = (quick, agent, seeds, trials, markdown);
        agent.AcceptOnlyFromAmong([.. AgentNames.All]);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var isQuick = parsed.GetValue(quick);
        var searcher = parsed.GetValue(agent) is { } name ? AgentNames.Parse(name) : TunerAgent.Bandit;
        var count = parsed.GetValue(seeds) ?? (isQuick ? 3 : 20);
        var length = parsed.GetValue(trials) ?? (isQuick ? 30 : 60);
        var file = parsed.GetValue(markdown) is { } path ? new MarkedFile(path, "usage") : null;

        var causes = Causes(CorrelationsPerSearch * count);
        output.Write(causes);
        await progress.WriteLineAsync($"{count} searches of {length} trials with a mask, and as many without");
        var (pairs, gate) = (new PairedRuns[count], new Lock());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
            (seed, stop) =>
            {
                pairs[seed] = new PairedRuns(
                    CostlySearch.Run(searcher, seed, length, isMasked: false, stop), CostlySearch.Run(searcher, seed, length, isMasked: true, stop));
                lock (gate)
                    output.Write(pairs[seed].Line(searcher, seed, length));
                return ValueTask.CompletedTask;
            });
        var summary = Summary(searcher, length, pairs);
        output.Write(summary);
        var table = Table(causes, summary);
        if (file is not null)
            file.Write(table);
        else
            await progress.WriteLineAsync(table);
        return 0;
    }

    /// <summary>In how many reports the true causes come first.</summary>
    private static JsonObject Causes(int count)
    {
        var reports = Enumerable.Range(0, count).Select(seed => CostlySearch.Correlate(seed, CorrelatedTrials)).ToList();
        return new JsonObject
        {
            ["part"] = "correlations",
            ["trials"] = CorrelatedTrials,
            ["reports"] = count,
            ["memoryCausesFirst"] = reports.Count(report => AreFirst(report, MeasuredResource.Memory, "batch", "width")),
            ["timeCauseFirst"] = reports.Count(report => AreFirst(report, MeasuredResource.CpuTime, "depth")),
            ["falseFinds"] = reports.Count(report => report.Pairs.Any(pair =>
                pair is { Resource: MeasuredResource.Memory or MeasuredResource.CpuTime, Parameter: "learningRate" or "dropout" or "optimizer", CorrectedPValue: < 0.05 })),
        };
    }

    private static bool AreFirst(CorrelationReport report, MeasuredResource resource, params string[] causes) =>
        report.Pairs.Where(pair => pair.Resource == resource).Take(causes.Length).All(pair => causes.Contains(pair.Parameter));

    private static JsonObject Summary(TunerAgent agent, int length, PairedRuns[] pairs)
    {
        var (plain, masked) = (pairs.Sum(pair => pair.Plain.Over), pairs.Sum(pair => pair.Masked.Over));
        return new JsonObject
        {
            ["part"] = "mask",
            ["agent"] = agent.ToName(),
            ["trials"] = length,
            ["seeds"] = pairs.Length,
            ["plainOver"] = plain,
            ["maskedOver"] = masked,
            ["avoided"] = Math.Round(1 - (double)masked / plain, 3),
            ["checks"] = pairs.Sum(pair => pair.Masked.Checks),
            ["plainBest"] = Math.Round(Statistics.Median(pairs.Select(pair => pair.Plain.Best)), 5),
            ["maskedBest"] = Math.Round(Statistics.Median(pairs.Select(pair => pair.Masked.Best)), 5),
            ["maskedBetter"] = pairs.Count(pair => pair.Masked.Best < pair.Plain.Best),
            ["pValue"] = Math.Round(SignedRankTest.PValue(pairs.Select(pair => (pair.Plain.Best, pair.Masked.Best))), 4),
        };
    }

    private static string Table(JsonObject causes, JsonObject mask) => string.Create(CultureInfo.InvariantCulture, $"""
        | what | figure |
        | --- | --- |
        | batch and width are first for memory, after {causes["trials"]} trials | {causes["memoryCausesFirst"]} of {causes["reports"]} reports |
        | depth is first for time | {causes["timeCauseFirst"]} of {causes["reports"]} |
        | a parameter that costs nothing is called significant | {causes["falseFinds"]} of {causes["reports"]} |
        | trials over a limit without a mask, {mask["seeds"]} searches of {mask["trials"]} trials ({mask["agent"]}) | {mask["plainOver"]} |
        | the same with a mask, {mask["checks"]} of its trials being checks | {mask["maskedOver"]} |
        | avoided | {100 * (double)mask["avoided"]!:0.#}% |
        | median best loss without and with a mask | {mask["plainBest"]} and {mask["maskedBest"]} |
        | searches in which the mask found a better point | {mask["maskedBetter"]} of {mask["seeds"]} (signed ranks: p = {mask["pValue"]}) |
        """);

    /// <summary>The same search without a mask and with one.</summary>
    private sealed record PairedRuns(CostlyRun Plain, CostlyRun Masked)
    {
        public JsonObject Line(TunerAgent agent, int seed, int length) => new()
        {
            ["part"] = "search",
            ["agent"] = agent.ToName(),
            ["seed"] = seed,
            ["trials"] = length,
            ["plainOver"] = Plain.Over,
            ["maskedOver"] = Masked.Over,
            ["checks"] = Masked.Checks,
            ["plainBest"] = double.IsFinite(Plain.Best) ? Plain.Best : null,
            ["maskedBest"] = double.IsFinite(Masked.Best) ? Masked.Best : null,
        };
    }
}
