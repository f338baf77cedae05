using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Tuning.Tests.Rows;

public class StateSizeTests
{
    private static readonly SearchSettings Settings = new()
    {
        Seed = 1,
        Objectives = [new ObjectiveSpec { Metric = "validation.accuracy" }],
        Space =
        [
            .. Enumerable.Range(0, 10).Select(i => i % 2 == 0
                ? new FloatParameter { Name = $"rate{i}", Min = 1e-5, Max = 1, Scale = ParameterScale.Log }
                : new FloatParameter { Name = $"share{i}", Min = -1, Max = 1 }),
        ],
        Scheduler = new AshaSpec(),
        Epochs = 20,
    };

    [Fact]
    public void Ten_thousand_ended_trials_in_ten_continuous_dimensions_fit_into_a_mebibyte()
    {
        var state = WithEndedTrials(10_000);

        var json = JsonSerializer.SerializeToUtf8Bytes(state, SpecJson.Options);

        Assert.InRange(json.Length, 500_000, 1 << 20);
        var read = JsonSerializer.Deserialize<TunerState>(json, SpecJson.Options)!;
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(read, SpecJson.Options));
        var space = new SearchSpace(Settings.Space, []);
        Assert.Equal(state.Trials.Select(trial => trial.PointIn(space)), read.Trials.Select(trial => trial.PointIn(space)));
    }

    [Fact]
    public void Few_that_took_over_other_models_leave_it_within_a_mebibyte()
    {
        var plain = WithEndedTrials(10_000);
        var state = plain with { Trials = [.. plain.Trials.Select((trial, i) => i % 50 > 0 ? trial : trial with { Branches = [new(1, i / 2, trial.Values)] })] };

        var json = JsonSerializer.SerializeToUtf8Bytes(state, SpecJson.Options);

        Assert.InRange(json.Length, 500_000, 1 << 20);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<TunerState>(json, SpecJson.Options), SpecJson.Options));
    }

    [Fact]
    public void A_trial_that_ends_changes_its_row_and_no_other()
    {
        var tuner = new Tuner(Settings);
        var state = WithEndedTrials(3);
        (state, _) = tuner.Propose(state, 3);
        var before = JsonSerializer.SerializeToElement(state, SpecJson.Options).GetProperty("trials");

        (state, _) = tuner.End(state, new TrialEnd(3, TrialStatus.Failed));

        var after = JsonSerializer.SerializeToElement(state, SpecJson.Options).GetProperty("trials");
        Assert.Equal(JsonValueKind.Object, before[3].ValueKind);
        Assert.Equal(JsonValueKind.String, after[3].ValueKind);
        Assert.Equal(before.EnumerateArray().Take(3).Select(row => row.GetRawText()), after.EnumerateArray().Take(3).Select(row => row.GetRawText()));
    }

    [Fact]
    public void A_trial_that_runs_stays_an_object_that_people_read_even_with_values_that_are_not_finite()
    {
        var tuner = new Tuner(Settings);
        var (state, _) = tuner.Propose(tuner.Start(), 0);
        (state, _) = tuner.Report(state, new TrialReport(0, 0, 1, [double.NaN]));

        var json = JsonSerializer.Serialize(state, SpecJson.Options);

        var trial = JsonDocument.Parse(json).RootElement.GetProperty("trials")[0];
        Assert.Equal("NaN", trial.GetProperty("v")[0].GetString());
        Assert.Equal([double.NaN], JsonSerializer.Deserialize<TunerState>(json, SpecJson.Options)!.Trials[0].Objectives);
    }

    [Theory]
    [InlineData("7", "Trial 0 is neither a row nor an object.")]
    [InlineData("\"AgEEAAA\"", "version 2")]
    public void Trials_that_cannot_be_read_are_told(string trial, string told)
    {
        var json = JsonSerializer.Serialize(new Tuner(Settings).Start(), SpecJson.Options).Replace("\"trials\":[]", $"\"trials\":[{trial}]", StringComparison.Ordinal);

        Assert.Contains(told, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TunerState>(json, SpecJson.Options)).Message, StringComparison.Ordinal);
    }

    /// <summary>As many trials with one rung as with two and three, and what they cost.</summary>
    private static TunerState WithEndedTrials(int count)
    {
        var space = new SearchSpace(Settings.Space, []);
        var random = new Core.Randomness.KeyedRandom(1, "size");
        var trials = new List<TrialRecord>();
        for (var trial = 0; trial < count; trial++)
        {
            double[] unit = [.. Settings.Space.Select(_ => random.NextDouble())];
            RungValue[] rungs = [.. new[] { 1, 3, 9 }.Take(1 + trial % 3).Select(epoch => new RungValue(epoch, [random.NextDouble()]))];
            trials.Add(new TrialRecord
            {
                Values = TrialRecord.Pack(space, space.Decode(unit)),
                Status = TrialStatus.Stopped,
                Origin = trial % 20 == 0 ? MaskChecks.Marked("bandit/gp") : "bandit/gp",
                Rungs = rungs,
                LastSlice = rungs.Length - 1,
                Objectives = rungs[^1].Values,
                Cost = ShortNumber.Near(100 * random.NextDouble(), 1),
                Usage = TrialUsage.IsKept(trial, trial % 20 == 0 ? MaskChecks.Marked("bandit/gp") : "bandit/gp")
                    ? new TrialUsage { MemoryBytes = 1e9 * random.NextDouble(), CpuTime = random.NextDouble(), WallClock = random.NextDouble() }.Rounded()
                    : null,
            });
        }

        return new Tuner(Settings).Start() with { Trials = trials, Ended = [.. Enumerable.Range(0, count)], Drawn = count };
    }
}
