using System.CommandLine;
using DurableTrainer.Bench.Train.Contestants;
using DurableTrainer.Bench.Train.Reports;

namespace DurableTrainer.Bench.Train;

/// <summary>How fast models train on the CPU processor, alone or in turn with PyTorch, and what that takes of memory.</summary>
internal sealed class TrainBenchmark : Benchmark
{
    private readonly TrainOptions options;

    public TrainBenchmark() : this(new TrainOptions())
    {
    }

    private TrainBenchmark(TrainOptions options)
        : base("train", "Samples per second that models train at on the CPU processor, alone or in turn with PyTorch.", options.All) =>
        this.options = options;

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var settings = options.Of(parsed);
        await using var opponents = await Opponents.StartAsync(settings);
        var match = new Match(settings, opponents, progress);
        var report = new TrainReport(settings, opponents, output);

        report.Add(await match.MultiplyAsync(cancellation));
        foreach (var cell in settings.Cells)
            report.Add(await match.TrainAsync(cell, cancellation));
        foreach (var cell in settings.Cells.Where(cell => cell == WorkerMemory.Cell))
        {
            await progress.WriteLineAsync("memory of a worker");
            report.Add(cell, await WorkerMemory.MeasureAsync(settings.WorkerEpochs, cancellation));
        }

        report.Summarize();
        if (!settings.Tables && settings.Opponents.Count > 0)
            await progress.WriteLineAsync(report.Tables());
        if (settings.TablesFile is { } file)
            file.Write(report.Tables());
        else if (settings.Tables)
            await parsed.InvocationConfiguration.Output.WriteLineAsync(report.Tables());
        return 0;
    }
}
