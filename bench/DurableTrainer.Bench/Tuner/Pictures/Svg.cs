using System.Globalization;
using System.Net;
using System.Text;

namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>A picture in the making. The same calls make the same text.</summary>
internal sealed class Svg(double width, double height, string label)
{
    /// <summary>Colours of text and lines follow the reader's light or dark page; those of data can be told apart on both.</summary>
    private const string Style = """
        <style>
        text { font: 11px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f; }
        .title { font-weight: 600; font-size: 12px; }
        .quiet { fill: #6e7781; font-size: 10px; }
        .inside { fill: #fff; font-size: 8px; font-weight: 600; text-anchor: middle; }
        .end { text-anchor: end; } .middle { text-anchor: middle; }
        .grid { stroke: #8b949e; stroke-opacity: 0.3; stroke-width: 1; fill: none; }
        @media (prefers-color-scheme: dark) { text { fill: #d1d7e0; } .quiet { fill: #9198a1; } }
        </style>
        """;

    /// <summary>What eyes do not see, in the unit of the picture.</summary>
    private const double Tolerance = 0.15;

    private const double MarkThickness = 1.5;
    private const double Radius = 3.5;
    private const string Arc = "A3.5 3.5 0 0 0";

    private readonly StringBuilder content = new();

    public void Text(double x, double y, string text, string style = "") =>
        content.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" class=\"{style}\">{WebUtility.HtmlEncode(text)}</text>\n"));

    public void GridLine(double x1, double y1, double x2, double y2) =>
        content.Append(Invariant($"<path class=\"grid\" d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\"/>\n"));

    public void Line(IEnumerable<(double X, double Y)> points, string color, double thickness) =>
        Stroke(Path(points), color, thickness);

    public void Area(IEnumerable<(double X, double Y)> outline, string color, double opacity) =>
        content.Append(Invariant($"<path d=\"{Path(outline)}Z\" fill=\"{color}\" fill-opacity=\"{opacity:0.##}\"/>\n"));

    public void Dot(double x, double y, double radius, string color, double opacity) =>
        content.Append(Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\" fill=\"{color}\" fill-opacity=\"{opacity:0.##}\"/>\n"));

    /// <summary>Many dots that look alike, as one shape.</summary>
    public void Dots(IEnumerable<(double X, double Y)> places, double radius, string color, double opacity)
    {
        var path = string.Concat(places.Select(place => Invariant($"M{place.X:0.#} {place.Y:0.#}h0")));
        content.Append(Invariant(
            $"<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-opacity=\"{opacity:0.##}\" stroke-width=\"{2 * radius:0.#}\" stroke-linecap=\"round\"/>\n"));
    }

    /// <summary>Many short lines that look alike, as one shape.</summary>
    public void Segments(IEnumerable<((double X, double Y) From, (double X, double Y) To)> segments, double opacity)
    {
        var path = string.Concat(segments.Select(line => Invariant($"M{line.From.X:0.#} {line.From.Y:0.#}L{line.To.X:0.#} {line.To.Y:0.#}")));
        content.Append(Invariant($"<path d=\"{path}\" fill=\"none\" stroke=\"#8b949e\" stroke-opacity=\"{opacity:0.##}\"/>\n"));
    }

    /// <summary>A small hollow shape with so many corners; a circle with none.</summary>
    public void Mark(double x, double y, int corners, string color)
    {
        if (corners == 0)
        {
            var (left, right) = (Invariant($"{x - Radius:0.#} {y:0.#}"), Invariant($"{x + Radius:0.#} {y:0.#}"));
            Stroke($"M{left}{Arc} {right}{Arc} {left}Z", color, MarkThickness);
            return;
        }

        var outline = Enumerable.Range(0, corners)
            .Select(corner => Math.Tau * corner / corners - Math.Tau / 4)
            .Select(angle => (x + Radius * Math.Cos(angle), y + Radius * Math.Sin(angle)));
        Stroke(Path(outline) + "Z", color, MarkThickness);
    }

    public override string ToString()
    {
        var size = Invariant($"viewBox=\"0 0 {width:0} {height:0}\" width=\"{width:0}\" height=\"{height:0}\"");
        var head = $"<svg xmlns=\"http://www.w3.org/2000/svg\" {size} role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\">";
        return $"{head}\n{Style}\n{content}</svg>\n";
    }

    private void Stroke(string path, string color, double thickness) =>
        content.Append(Invariant($"<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{thickness:0.#}\"/>\n"));

    private static string Path(IEnumerable<(double X, double Y)> points) =>
        "M" + string.Join('L', Outline.Thinned([.. points], Tolerance).Select(point => Invariant($"{point.X:0.#} {point.Y:0.#}")));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
