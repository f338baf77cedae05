using System.Text;
using System.Xml.Linq;
using DurableTrainer.Core.Training;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Reports;
using DurableTrainer.Storage;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Experiments.Tests.Reports;

public class TimelineChartTests
{
    /// <summary>Cut short: of two micro-batches only the first.</summary>
    private static readonly PipelineTimeline Foretold = new()
    {
        Trial = 4,
        Schedule = PipelineSchedule.GPipe,
        MicroBatches = 2,
        Stages = 2,
        Seconds = 0.06,
        BubbleShare = 0.5,
        Units =
        [
            new("cpu <0>", [Pass(0, 10, InstructionKind.Forward, 0), Pass(40, 60, InstructionKind.Backward, 0)], [], [new TimelineFill(0.012, 0.038, 9)]),
            new("cpu 1", [Pass(10, 20, InstructionKind.Forward, 1), Pass(20, 40, InstructionKind.Backward, 1)], [], []),
        ],
    };

    private static readonly PipelineTimeline Measured = Foretold with
    {
        Epoch = 3,
        Gain = 1.43,
        Units = [.. Foretold.Units.Select(unit => unit with { Measured = [.. unit.Predicted.Select(pass => pass with { End = pass.End + 0.001 })] })],
    };

    [Fact]
    public void What_is_only_foretold_is_shown_as_it_would_be()
    {
        var chart = XElement.Parse(TimelineChart.Write(Foretold));

        Assert.Equal(["cpu <0>", "cpu 1"], Texts(chart, "unit"));
        Assert.Equal(["0", "0", "0", "0"], Texts(chart, "number"));
        Assert.Equal(["forward", "back", "filler", "idle"], Legend(chart));
        Assert.Contains("trial 9 fills: 12.0 to 38.0 ms", Titles(chart));
        Assert.Contains("back, micro-batch 0, stage 1: 20.0 to 40.0 ms", Titles(chart));
    }

    [Fact]
    public void Gaps_that_were_foretold_stand_above_what_was_measured()
    {
        var chart = XElement.Parse(TimelineChart.Write(Measured));

        Assert.Equal(["forward", "back", "filler", "foretold to idle", "idle"], Legend(chart));
        Assert.Equal(
            ["cpu <0> was foretold to idle: 10.0 to 40.0 ms", "cpu 1 was foretold to idle: 0.0 to 10.0 ms", "cpu 1 was foretold to idle: 40.0 to 60.0 ms"],
            Titles(chart).Where(title => title.Contains("foretold", StringComparison.Ordinal)));
        Assert.Contains("back, micro-batch 0, stage 1: 20.0 to 41.0 ms", Titles(chart));
    }

    [Fact]
    public void A_picture_has_its_colours_for_light_and_dark_with_it()
    {
        var picture = TimelineChart.Picture(Measured);

        Assert.Equal("svg", XElement.Parse(picture).Name.LocalName);
        Assert.Contains("prefers-color-scheme:dark", picture, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_that_left_its_timeline_has_it_in_the_report()
    {
        await using var laboratory = new Laboratory("""
            {
              "training": {
                "data": { "type": "csv", "path": "points.csv" }, "loss": "crossEntropy", "epochs": 4,
                "model": { "layers": [ { "type": "linear", "units": 4 }, { "type": "linear", "units": 2 } ] },
                "parallel": { "mode": "pipeline" }
              },
              "budget": { "trials": 2 }
            }
            """);
        laboratory.RunSlice = async (slice, cancellation) =>
        {
            if (slice.Trial == 1)
                await laboratory.Store.WriteAsync(ArtifactPaths.Timeline(slice.Experiment, slice.Trial), ArtifactJson.WriteFile(Measured with { Trial = 1 }), cancellation);
            return await Curves.RunAsync(laboratory.Store, laboratory.Experiment, slice);
        };
        var (_, result) = await laboratory.RunAsync();

        var page = Encoding.UTF8.GetString((await laboratory.Store.ReadAsync(ArtifactPaths.Report(result.Experiment)))!);

        Assert.Contains("<h2>Pipelines</h2>", page, StringComparison.Ordinal);
        Assert.Contains("cpu &lt;0&gt;", page, StringComparison.Ordinal);
        Assert.Contains(
            "Trial 1, after 3 epochs: an iteration of 2 micro-batches takes 60 ms, and leaves its units idle for 50% of it; with what fills it, 1.43 times as much is done.",
            page, StringComparison.Ordinal);
    }

    private static TimelinePass Pass(double start, double end, InstructionKind kind, int stage) => new(start / 1000, end / 1000, kind, stage, 0);

    private static IEnumerable<string> Texts(XElement chart, string style) => Named(chart, "text").Where(text => (string?)text.Attribute("class") == style).Select(text => text.Value);

    /// <summary>What stands in the first line.</summary>
    private static IEnumerable<string> Legend(XElement chart) => Named(chart, "text").Where(text => (string?)text.Attribute("y") == "18").Select(text => text.Value);

    private static IEnumerable<string> Titles(XElement chart) => Named(chart, "title").Select(title => title.Value);

    private static IEnumerable<XElement> Named(XElement chart, string name) => chart.Descendants().Where(element => element.Name.LocalName == name);
}
