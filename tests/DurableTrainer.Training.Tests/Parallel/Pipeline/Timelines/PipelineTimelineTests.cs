using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Timelines;

public class PipelineTimelineTests
{
    private static readonly Schedule Schedule = Schedule.Of(PipelineSchedule.OneForwardOneBackward, 2, 2);
    private static readonly Timeline Iteration = PipelineSimulator.Run(Schedule, [new(0.25, 0.25, 0.25), new(0.25, 0.25, 0.25)]);
    private static readonly PipelineTimeline Alone = Foretelling.Of(3, Schedule, Iteration, ["left", "right"]);

    [Fact]
    public void A_timeline_is_the_same_after_it_was_stored()
    {
        var filled = Filled();

        var read = JsonSerializer.Deserialize<PipelineTimeline>(JsonSerializer.Serialize(filled, SpecJson.Options), SpecJson.Options)!;

        Assert.Equal((filled.Trial, filled.Schedule, filled.MicroBatches, filled.Stages, filled.Seconds, filled.BubbleShare, filled.Gain, filled.Step),
            (read.Trial, read.Schedule, read.MicroBatches, read.Stages, read.Seconds, read.BubbleShare, read.Gain, read.Step));
        foreach (var (unit, again) in filled.Units.Zip(read.Units))
        {
            Assert.Equal(unit.Name, again.Name);
            Assert.Equal(unit.Predicted, again.Predicted);
            Assert.Empty(again.Measured);
            Assert.Equal(unit.Filler, again.Filler);
        }
    }

    [Fact]
    public void A_filler_is_seen_where_the_pipeline_idles()
    {
        var filled = Filled();

        Assert.Equal(1.5, filled.Gain!.Value, 1e-9);
        for (var unit = 0; unit < 2; unit++)
        {
            Assert.Equal(Iteration.Gaps(unit).Sum(gap => gap.Seconds), filled.Units[unit].Filler.Sum(fill => fill.End - fill.Start), 1e-6);
            Assert.All(filled.Units[unit].Filler, fill => Assert.Contains(Iteration.Gaps(unit), gap => gap.Start <= fill.Start + 1e-9 && fill.End <= gap.End + 1e-9));
        }
    }

    [Fact]
    public void A_trace_has_a_process_for_each_trial_a_thread_for_each_unit_and_microseconds()
    {
        using var trace = JsonDocument.Parse(ChromeTrace.Write(Filled()));

        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        Assert.Equal(["trial 3", "trial 8, filling"], Named("process_name"));
        Assert.Equal(["left", "right", "left", "right"], Named("thread_name"));
        var first = events.First(happened => Text(happened, "name") == "back 1" && happened.GetProperty("tid").GetInt32() == 0);
        Assert.Equal(("X", 3, 1.75e6, 0.5e6), (Text(first, "ph"), first.GetProperty("pid").GetInt32(), first.GetProperty("ts").GetDouble(), first.GetProperty("dur").GetDouble()));
        Assert.Equal(1, first.GetProperty("args").GetProperty("microBatch").GetInt32());
        Assert.Contains(events, happened => Text(happened, "cat") == "filler" && happened.GetProperty("pid").GetInt32() == 8);
        Assert.All(events, happened => Assert.Contains(Text(happened, "ph"), new[] { "M", "X" }));

        IEnumerable<string> Named(string what) => events.Where(happened => Text(happened, "name") == what).Select(happened => Text(happened.GetProperty("args"), "name"));
        static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString()! : "";
    }

    [Fact]
    public void A_trace_shows_what_was_measured_where_something_was()
    {
        var measured = Alone with { Units = [.. Alone.Units.Select(unit => unit with { Measured = [new TimelinePass(0, 1, InstructionKind.Forward, 0, 7)] })] };

        using var trace = JsonDocument.Parse(ChromeTrace.Write(measured));

        Assert.Equal(
            ["forward 7", "forward 7"],
            trace.RootElement.GetProperty("traceEvents").EnumerateArray().Where(happened => happened.GetProperty("ph").GetString() == "X").Select(happened => happened.GetProperty("name").GetString()));
    }

    private static PipelineTimeline Filled()
    {
        // Chunks of which whole ones fit into each gap of 0.75 s.
        FillChunk[] chunks = [.. Enumerable.Range(0, 12).Select(number => new FillChunk(number == 0 ? [] : [number - 1], 0.125))];
        var plan = FillPlanner.Plan(new MainInstance(Iteration, 0, 0), [new FillerOption(16, 0, chunks)]);
        return Foretelling.With(Alone, plan, trial: 8, iteration: 1);
    }
}
