using System.Globalization;
using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Tuner;

/// <summary>What the bench prints, a line for each search and one for the times of proposals.</summary>
internal sealed class TunerLines(TunerSettings settings, JsonLines output)
{
    /// <summary>How often the best value so far is printed.</summary>
    private const int Trials = 20;

    public void Write(SearchRun run)
    {
        var best = new JsonObject();
        for (var trials = Trials; trials < settings.Trials; trials += Trials)
            best[trials.ToString(CultureInfo.InvariantCulture)] = Number(run.BestAfter(trials));
        best[settings.Trials.ToString(CultureInfo.InvariantCulture)] = Number(run.BestAfter(settings.Trials));
        var line = new JsonObject { ["task"] = run.Plan.Task.Name, ["agent"] = run.Plan.Agent.ToName(), ["seed"] = run.Plan.Seed };
        if (settings.Batch > 1)
            line["batch"] = run.Plan.Batch;
        line["best"] = best;
        if (run.Plan.Task.Noise > 0)
            line["luckiest"] = Number(run.Luckiest);

        output.Write(line);
    }

    public void Write(ProposalTimes times)
    {
        if (times.Milliseconds is not { } milliseconds)
            return;
        var line = new JsonObject
        {
            ["task"] = ProposalTimes.Task.Name,
            ["agent"] = settings.Candidate.ToName(),
            ["proposeMilliseconds"] = Math.Round(milliseconds, 3),
        };
        if (times.MillisecondsAt1000 is { } at1000)
            line["proposeMillisecondsAt1000"] = Math.Round(at1000, 3);
        output.Write(line);
    }

    /// <summary>Null when every trial so far has failed.</summary>
    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
