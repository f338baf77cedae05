using System.CommandLine;
using DurableTrainer.Bench.Async;
using DurableTrainer.Bench.Costs;
using DurableTrainer.Bench.Data;
using DurableTrainer.Bench.Engine;
using DurableTrainer.Bench.Input;
using DurableTrainer.Bench.Pace;
using DurableTrainer.Bench.Pipelines;
using DurableTrainer.Bench.Searches;
using DurableTrainer.Bench.Serving;
using DurableTrainer.Bench.Train;
using DurableTrainer.Bench.Tuner;

namespace DurableTrainer.Bench;

/// <summary>
/// Something that can be measured: a name, a description and options on the command line, and lines of JSON on standard output.
/// A new one is a class like this in <see cref="All"/>.
/// </summary>
internal abstract class Benchmark
{
    protected Benchmark(string name, string description, params IEnumerable<Option> options)
    {
        Command = new Command(name, description);
        foreach (var option in options)
            Command.Options.Add(option);
        Command.SetAction((parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            return RunAsync(parsed, new JsonLines(name, output), parsed.InvocationConfiguration.Error, cancellation);
        });
    }

    public static IReadOnlyList<Benchmark> All => [new ApiBenchmark(), new AsyncBenchmark(), new DataBenchmark(), new EngineBenchmark(), new InputBenchmark(), new PaceBenchmark(), new PipelineBenchmark(), new SchedulesBenchmark(), new SearchBenchmark(), new TrainBenchmark(), new TunerBenchmark(), new UsageBenchmark()];

    public Command Command { get; }

    /// <param name="parsed">The values of the options.</param>
    /// <param name="output">Gets what was measured.</param>
    /// <param name="progress">Gets what a person who waits wants to know.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="UsageException">The options ask for something that cannot be done.</exception>
    /// <exception cref="BenchException">The surroundings lack something.</exception>
    protected abstract Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation);
}
