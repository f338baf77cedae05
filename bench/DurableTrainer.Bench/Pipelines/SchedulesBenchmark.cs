using System.CommandLine;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>What the simulator foretells of pipelines with equal stages. Nothing is trained, and two runs print the same.</summary>
internal sealed class SchedulesBenchmark : Benchmark
{
    private static readonly (string Name, PipelineSchedule Kind, int StagesPerUnit)[] Schedules =
    [
        ("gpipe", PipelineSchedule.GPipe, 1),
        ("1f1b", PipelineSchedule.OneForwardOneBackward, 1),
        ("interleaved", PipelineSchedule.Interleaved, 2),
        ("zerobubble", PipelineSchedule.ZeroBubble, 1),
    ];

    private readonly Option<int?> units;
    private readonly Option<string?> pictures;

    public SchedulesBenchmark()
        : this(
            NumberOption.Create("--units", "Units of the pipelines; 4 when left out.", 64),
            new Option<string?>("--pictures") { Description = "Writes the pictures of docs/pipelines.md into this folder.", HelpName = "FOLDER" })
    {
    }

    private SchedulesBenchmark(Option<int?> units, Option<string?> pictures)
        : base("schedules", "What the simulator foretells of pipelines with equal stages.", units, pictures) =>
        (this.units, this.pictures) = (units, pictures);

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var count = parsed.GetValue(units) ?? 4;
        foreach (var (name, kind, stagesPerUnit) in Schedules)
        {
            for (var microBatches = count; microBatches <= 8 * count; microBatches *= 2)
                Write(output, name, Schedule.Of(kind, count, microBatches, stagesPerUnit));
        }

        if (parsed.GetValue(pictures) is { } folder)
        {
            foreach (var (file, picture) in SchedulePictures.All())
                await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, file), picture, cancellation);
        }

        return 0;
    }

    /// <summary>With a second for each of the three passes of a micro-batch through a unit.</summary>
    private static void Write(JsonLines output, string name, Schedule schedule)
    {
        var thin = (double)schedule.Units / schedule.Stages;
        var iteration = PipelineSimulator.Run(schedule, [.. Enumerable.Repeat(new StageCost(thin, thin, thin), schedule.Stages)]);
        output.Write(new JsonObject
        {
            ["schedule"] = name,
            ["units"] = schedule.Units,
            ["stages"] = schedule.Stages,
            ["microBatches"] = schedule.MicroBatches,
            ["seconds"] = iteration.Seconds,
            ["bubbleShare"] = Math.Round(iteration.BubbleShare, 4),
        });
    }
}
