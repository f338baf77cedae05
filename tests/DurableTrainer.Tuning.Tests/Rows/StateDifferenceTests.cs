using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Rows;

/// <summary>Journals and state files hold differences of states: these stay small however many trials there are.</summary>
public class StateDifferenceTests
{
    private static readonly SearchSettings Settings = new()
    {
        Seed = 3,
        Objectives = [new ObjectiveSpec { Metric = "loss", Goal = Goal.Minimize }],
        Space = [new FloatParameter { Name = "x", Min = 0, Max = 1 }, new FloatParameter { Name = "y", Min = 0, Max = 1 }],
        Tuner = new TunerSpec { Startup = 3 },
        Epochs = 1,
    };

    [Fact]
    public void A_trial_of_the_bandit_writes_a_few_kilobytes_after_thousands_of_others()
    {
        var tuner = new Tuner(Settings);
        var state = tuner.Start();
        for (var i = 0; i < 3000; i++)
        {
            (state, var added) = tuner.Add(state, new Point([KeyValuePair.Create("x", (ParameterValue)(i / 3000.0)), KeyValuePair.Create("y", (ParameterValue)(i * 7 % 3000 / 3000.0))]));
            (state, _) = tuner.End(state, new TrialEnd(added, TrialStatus.Completed, null, [i * 13 % 3000 / 3000.0]));
        }

        (state, var first) = tuner.Propose(state, 3000);
        (var proposed, _) = tuner.Propose(state, 3001);
        (var reported, _) = tuner.Report(proposed, new TrialReport(first.Trial, 0, 1, [0.5]));
        (var ended, _) = tuner.End(reported, new TrialEnd(first.Trial, TrialStatus.Completed));

        Assert.InRange(Difference(state, proposed) + Difference(proposed, reported) + Difference(reported, ended), 1, 10_000);
    }

    [Fact]
    public void The_bandit_and_the_order_of_ends_are_read_back_bit_for_bit()
    {
        var tuner = new Tuner(Settings);
        var state = tuner.Start();
        for (var trial = 0; trial < 8; trial++)
            (state, _) = tuner.Propose(state, trial);
        foreach (var trial in new[] { 2, 0, 1, 5, 4, 3 })
            (state, _) = tuner.End(state, new TrialEnd(trial, TrialStatus.Completed, null, [trial / 7.0]));
        (state, _) = tuner.Propose(state, 8);

        var json = Json(state);
        var again = JsonSerializer.Deserialize<TunerState>(json, SpecJson.Options)!;

        Assert.Equal([2, 0, 1, 5, 4, 3], again.Ended);
        Assert.Equal(state.Bandit!.Experts.SelectMany(expert => expert.Precision.Concat(expert.Weighted)), again.Bandit!.Experts.SelectMany(expert => expert.Precision.Concat(expert.Weighted)));
        Assert.Equal(json, Json(again));
    }

    [Theory]
    [InlineData("\"AAAA\"")]
    [InlineData("\"no base64url!\"")]
    [InlineData("[1, 2]")]
    public void Numbers_that_are_damaged_are_refused(string numbers) => Assert.Throws<JsonException>(() =>
        JsonSerializer.Deserialize<Tuning.Bandits.ExpertState>($$"""{ "name": "gp", "p": {{numbers}}, "w": "" }""", SpecJson.Options));

    private static int Difference(TunerState before, TunerState after)
    {
        var (old, now) = (Json(before), Json(after));
        var head = old.AsSpan().CommonPrefixLength(now);
        var tail = 0;
        while (tail < Math.Min(old.Length, now.Length) - head && old[^(tail + 1)] == now[^(tail + 1)])
            tail++;
        return now.Length - head - tail;
    }

    private static byte[] Json(TunerState state) => JsonSerializer.SerializeToUtf8Bytes(state, SpecJson.Options);
}
