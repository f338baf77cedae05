using System.CommandLine;
using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Engine;

/// <summary>What the embedded engine does in a second, what durability costs, how soon it is back, and what an idle instance takes.</summary>
internal sealed class EngineBenchmark : Benchmark
{
    private readonly Option<bool> quick;
    private readonly Option<int?> rounds;
    private readonly Option<string?> folder;

    public EngineBenchmark()
        : this(
            new Option<bool>("--quick") { Description = "Under 40 seconds in all, for a first impression: one round." },
            NumberOption.Create("--rounds", "Rounds of which medians are taken; 5 when left out.", 100),
            new Option<string?>("--folder") { Description = "Where journals are written, and deleted; the folder for temporary files when left out.", HelpName = "DIR" })
    {
    }

    private EngineBenchmark(Option<bool> quick, Option<int?> rounds, Option<string?> folder)
        : base("engine", "Activities a second, flushes a step, overhead of slices, recovery and memory of the embedded engine.", quick, rounds, folder) =>
        (this.quick, this.rounds, this.folder) = (quick, rounds, folder);

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var isQuick = parsed.GetValue(quick);
        using var place = new Scratch(parsed.GetValue(folder) ?? Path.GetTempPath());
        var measured = new List<EngineRound>();
        for (var round = 0; round < (parsed.GetValue(rounds) ?? (isQuick ? 1 : 5)); round++)
        {
            await progress.WriteLineAsync($"round {round + 1}");
            measured.Add(await EngineRound.MeasureAsync(place, isQuick, cancellation));
        }

        output.Write(new JsonObject
        {
            ["activitiesPerSecond"] = Median(round => round.ActivitiesPerSecond, 0),
            ["activitiesPerSecondUnflushed"] = Median(round => round.ActivitiesPerSecondUnflushed, 0),
            ["flushMilliseconds"] = Median(round => round.FlushMilliseconds, 3),
            ["chainStepMilliseconds"] = Median(round => round.ChainStepMilliseconds, 3),
            ["chainFlushesPerStep"] = Median(round => round.ChainStepMilliseconds / round.FlushMilliseconds, 2),
            ["sliceOverheadMilliseconds"] = Median(round => round.SliceOverheadMilliseconds, 3),
            ["recoverySeconds"] = Median(round => round.RecoverySeconds, 3),
            ["bytesPerIdleInstance"] = Median(round => round.BytesPerIdleInstance, 0),
            ["journalBytes"] = Median(round => round.JournalBytes, 0),
            ["rounds"] = measured.Count,
        });
        return 0;

        double Median(Func<EngineRound, double> of, int digits) => Math.Round(Statistics.Median(measured.Select(of)), digits);
    }
}
