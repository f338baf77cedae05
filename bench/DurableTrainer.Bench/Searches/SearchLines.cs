using System.Text.Json.Nodes;
using DurableTrainer.Bench.Searches.Tasks;

namespace DurableTrainer.Bench.Searches;

/// <summary>What the bench prints, a line for each search and one for each rate that is held.</summary>
internal sealed class SearchLines(JsonLines output)
{
    public void Write(ArmRun run)
    {
        var measure = char.ToUpperInvariant(run.Task.Measure[0]) + run.Task.Measure[1..];
        var line = new JsonObject
        {
            ["task"] = run.Task.Name,
            ["arm"] = run.Arm,
            ["seed"] = run.Seed,
            ["best" + measure] = Rounded(run.Best, 6),
            ["epochs"] = run.Epochs,
            ["wallSeconds"] = Rounded(run.WallSeconds, 3),
            ["trials"] = run.Trials,
            ["secondsToBest"] = Rounded(run.SecondsToBest, 3),
            ["secondsToWithin"] = Rounded(run.SecondsTo(run.WithinTolerance) ?? run.SecondsToBest, 3),
            ["trainingShare"] = Rounded(run.TrainingShare, 4),
        };
        if (run.Test is { } test)
            line["test" + measure] = Rounded(test, 6);
        line["improvements"] = new JsonArray([.. run.Improvements.Select(reached =>
            new JsonArray(Rounded(reached.Seconds, 3), reached.Epochs, Rounded(reached.Value, 6)))]);
        output.Write(line);
    }

    public void Write(IEnumerable<ConstantRun> runs)
    {
        foreach (var run in runs)
        {
            output.Write(new JsonObject
            {
                ["task"] = FallingRateTask.TaskName,
                ["arm"] = ConstantRun.Arm,
                ["seed"] = run.Seed,
                ["learningRate"] = run.Rate,
                ["losses"] = new JsonArray([.. run.Losses.Select(loss => Rounded(loss, 4))]),
            });
        }
    }

    /// <summary>Null for what is no finite number, as JSON has none.</summary>
    private static JsonValue? Rounded(double value, int digits) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, digits)) : null;
}
