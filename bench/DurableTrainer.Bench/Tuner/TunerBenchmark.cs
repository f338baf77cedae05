using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Tuner;

/// <summary>How good the points are that agents choose, and how long they take to choose them.</summary>
internal sealed class TunerBenchmark : Benchmark
{
    private readonly TunerOptions options;

    public TunerBenchmark() : this(new TunerOptions())
    {
    }

    private TunerBenchmark(TunerOptions options)
        : base("tuner", "The best values that the agents of the tuner find on tasks whose optimum is known.", options.All) =>
        this.options = options;

    protected override Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var settings = options.Of(parsed);
        foreach (var task in settings.Tasks)
        {
            foreach (var agent in settings.Agents)
            {
                for (var seed = 0; seed < settings.Seeds; seed++)
                    output.Write(LineOf(new Search(new SearchPlan(task, agent, seed, settings.Trials, settings.Batch)).Run(cancellation)));
            }
        }

        return Task.FromResult(0);
    }

    private static JsonObject LineOf(SearchRun run)
    {
        var best = new JsonObject();
        for (var trials = 20; trials <= run.Plan.Trials; trials += 20)
            best[trials.ToString(CultureInfo.InvariantCulture)] = run.BestAfter(trials);
        return new JsonObject { ["task"] = run.Plan.Task.Name, ["agent"] = run.Plan.Agent.ToName(), ["seed"] = run.Plan.Seed, ["best"] = best };
    }
}
