using System.Globalization;
using System.Text;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Experiments.Reports;

/// <summary>
/// An iteration of a pipeline in SVG. Each unit has a thin row with the gaps that were foretold, if the iteration was measured too, and below it a
/// row with what it did: micro-batches forward and back by their numbers, and fillers hatched.
/// </summary>
public sealed class TimelineChart
{
    /// <summary>What a page needs to show timelines in its colours: <c>--ink</c>, <c>--soft</c>, <c>--line</c> and <c>--paper</c>.</summary>
    public const string Rules = """
        .pipeline rect{fill-opacity:1}.pipeline .idle{fill:var(--line);fill-opacity:.55}.pipeline .gap{fill:var(--soft);fill-opacity:.6}
        .pipeline .forward{fill:#3b8fd4}.pipeline .back{fill:#25a18e}.pipeline .weights{fill:#8a6fd1}.pipeline .round{fill-opacity:.62}
        .pipeline .filler{stroke:#e0662f}.pipeline .hatch{stroke:#e0662f;stroke-width:2.5}.pipeline .paper{fill:var(--paper)}
        .pipeline .pass{stroke:var(--paper);stroke-width:.75}.pipeline text.number{fill:#fff;font-size:10px;font-weight:600}.pipeline text.unit{fill:var(--ink)}
        """;

    private const int Width = 860;
    private const int Left = 84;
    private const int Right = 12;
    private const int Top = 34;
    private const int GapRow = 7;
    private const int Row = 22;
    private const int Between = 10;
    private const int Axis = 40;

    /// <summary>Pixels that a digit takes, with some air.</summary>
    private const double Digit = 7.5;

    private readonly PipelineTimeline timeline;
    private readonly StringBuilder svg = new();
    private readonly bool isMeasured;
    private readonly double seconds;
    private readonly double foretold;

    private TimelineChart(PipelineTimeline timeline)
    {
        this.timeline = timeline;
        isMeasured = timeline.Units.Any(unit => unit.Measured.Count > 0);
        foretold = timeline.Units.SelectMany(unit => unit.Predicted).Select(pass => pass.End).Append(0).Max();
        var last = timeline.Units.SelectMany(unit => unit.Measured.Select(pass => pass.End).Concat(unit.Filler.Select(fill => fill.End))).Append(0).Max();
        seconds = Math.Max(1e-9, Math.Max(timeline.Seconds, Math.Max(foretold, last)));
    }

    /// <summary>As a part of a page that has <see cref="Rules"/>.</summary>
    public static string Write(PipelineTimeline timeline) => new TimelineChart(timeline).Drawn("");

    /// <summary>As a file of its own.</summary>
    public static string Picture(PipelineTimeline timeline) => new TimelineChart(timeline).Drawn($$"""
        <style>
        svg{--ink:#24292f;--soft:#6e7781;--line:#d9e0e7;--paper:#fff}
        @media(prefers-color-scheme:dark){
        svg{--ink:#d1d7e0;--soft:#9198a1;--line:#2d3743;--paper:#12171d}
        }
        text{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--soft)}.grid{stroke:var(--line)}
        {{Rules}}
        </style>

        """);

    private string Drawn(string style)
    {
        var height = Top + timeline.Units.Count * (RowTop(1) - RowTop(0)) + Axis;
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pipeline\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Markup.Text(Told)}\">\n{style}");
        svg.Append(CultureInfo.InvariantCulture, $"<defs><pattern id=\"{HatchId}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect class=\"paper\" width=\"6\" height=\"6\"/><path class=\"hatch\" d=\"M0 0V6\"/></pattern></defs>\n");
        Legend();
        Ruler(height - Axis);
        foreach (var (number, unit) in timeline.Units.Index())
            Unit(RowTop(number), unit);
        return svg.Append("</svg>\n").ToString();
    }

    private string Told => $"What {timeline.Units.Count} units do in an iteration of trial {timeline.Trial}";

    private string HatchId => $"hatch-{timeline.Trial}";

    private void Legend()
    {
        var x = (double)Left;
        foreach (var pass in timeline.Units.SelectMany(unit => unit.Known).DistinctBy(pass => pass.Pass).OrderBy(pass => pass.Pass))
            Entry($"class=\"{StyleOf(pass.Pass)}\"", pass.Describe());
        if (timeline.Units.Any(unit => unit.Filler.Count > 0))
            Entry($"class=\"filler\" fill=\"url(#{HatchId})\"", "filler");
        if (isMeasured)
            Entry("class=\"gap\"", "foretold to idle");
        Entry("class=\"idle\"", "idle");

        void Entry(string look, string text)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect {look} x=\"{x:0.#}\" y=\"8\" width=\"14\" height=\"12\" rx=\"2\"/><text x=\"{x + 20:0.#}\" y=\"18\">{Markup.Text(text)}</text>\n");
            x += 44 + text.Length * 6.6;
        }
    }

    private void Ruler(int bottom)
    {
        foreach (var tick in Chart.TicksOf((0, 1000 * seconds)))
        {
            var x = X(tick / 1000);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"{Top - 4}\" y2=\"{bottom}\"/><text x=\"{x:0.0}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{Markup.Number(tick)}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{bottom + 34}\" text-anchor=\"middle\">milliseconds</text>\n");
    }

    private void Unit(int top, UnitTimeline unit)
    {
        if (isMeasured)
        {
            Bar("class=\"idle\"", 0, seconds, top, GapRow, null);
            foreach (var (start, end) in Interval.Outside(unit.Predicted.Select(pass => new Interval(pass.Start, pass.End)), foretold))
                Bar("class=\"gap\"", start, end, top, GapRow, $"{unit.Name} was foretold to idle: {Milliseconds(start, end)}");
            top += GapRow + 1;
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"unit\" x=\"{Left - 8}\" y=\"{top + 15}\" text-anchor=\"end\">{Markup.Text(unit.Name)}</text>\n");
        Bar("class=\"idle\"", 0, seconds, top, Row, null);
        foreach (var fill in unit.Filler)
            Bar($"class=\"filler\" fill=\"url(#{HatchId})\"", fill.Start, fill.End, top, Row, $"trial {fill.Trial} fills: {Milliseconds(fill.Start, fill.End)}");
        foreach (var pass in unit.Known)
        {
            var round = pass.Stage / timeline.Units.Count % 2 == 1 ? " round" : "";
            Bar($"class=\"pass {StyleOf(pass.Pass)}{round}\"", pass.Start, pass.End, top, Row,
                $"{pass.Describe()}, micro-batch {pass.MicroBatch}, stage {pass.Stage}: {Milliseconds(pass.Start, pass.End)}");
            var number = pass.MicroBatch.ToString(CultureInfo.InvariantCulture);
            if (X(pass.End) - X(pass.Start) >= number.Length * Digit)
                svg.Append(CultureInfo.InvariantCulture, $"<text class=\"number\" x=\"{(X(pass.Start) + X(pass.End)) / 2:0.0}\" y=\"{top + 15}\" text-anchor=\"middle\">{number}</text>\n");
        }
    }

    private void Bar(string look, double start, double end, int top, int height, string? title)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<rect {look} x=\"{X(start):0.0}\" y=\"{top}\" width=\"{Math.Max(0.5, X(end) - X(start)):0.0}\" height=\"{height}\"");
        svg.Append(title is null ? "/>\n" : $"><title>{Markup.Text(title)}</title></rect>\n");
    }

    private static string StyleOf(InstructionKind pass) => pass switch
    {
        InstructionKind.Forward => "forward",
        InstructionKind.BackwardWeights => "weights",
        _ => "back",
    };

    private static string Milliseconds(double start, double end) => string.Create(CultureInfo.InvariantCulture, $"{1000 * start:0.0##} to {1000 * end:0.0##} ms");

    private int RowTop(int unit) => Top + unit * (Row + Between + (isMeasured ? GapRow + 1 : 0));

    private double X(double at) => Left + at / seconds * (Width - Left - Right);
}
