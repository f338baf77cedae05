using System.Globalization;
using System.Text;

namespace DurableTrainer.Experiments.Reports;

/// <summary>A chart in SVG: numbers along both axes, lines and points in between.</summary>
internal sealed class Chart
{
    private const int Width = 860;
    private const int Height = 300;
    private const int Left = 64;
    private const int Right = 12;
    private const int Top = 12;
    private const int Bottom = 40;

    /// <summary>Ticks that an axis has about.</summary>
    private const int Ticks = 6;

    private readonly StringBuilder marks = new();
    private readonly (double Min, double Max) x;
    private readonly (double Min, double Max) y;
    private readonly string xLabel;
    private readonly string yLabel;

    /// <param name="x">What the horizontal axis shows.</param>
    /// <param name="y">What the vertical axis shows.</param>
    /// <param name="xLabel">Its name.</param>
    /// <param name="yLabel">Its name.</param>
    public Chart((double Min, double Max) x, (double Min, double Max) y, string xLabel, string yLabel) =>
        (this.x, this.y, this.xLabel, this.yLabel) = (Widened(x), Widened(y), xLabel, yLabel);

    public void Line(IEnumerable<(double X, double Y)> points, string style, string? title = null)
    {
        marks.Append("<polyline class=\"").Append(style).Append("\" points=\"");
        foreach (var point in points)
            marks.Append(CultureInfo.InvariantCulture, $"{X(point.X):0.0},{Y(point.Y):0.0} ");
        marks.Append("\">");
        Title(title).Append("</polyline>\n");
    }

    public void Dot(double atX, double atY, string style, string title)
    {
        marks.Append(CultureInfo.InvariantCulture, $"<circle class=\"{style}\" cx=\"{X(atX):0.0}\" cy=\"{Y(atY):0.0}\" r=\"4\">");
        Title(title).Append("</circle>\n");
    }

    public void Bar(double fromX, double toX, double atY, double height, string style, string title)
    {
        var (left, top) = (X(fromX), Y(atY + height / 2));
        marks.Append(CultureInfo.InvariantCulture, $"<rect class=\"{style}\" x=\"{left:0.0}\" y=\"{top:0.0}\" width=\"{Math.Max(1, X(toX) - left):0.0}\" height=\"{Y(atY - height / 2) - top:0.0}\">");
        Title(title).Append("</rect>\n");
    }

    public void AppendTo(StringBuilder page)
    {
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Markup.Text($"{yLabel} by {xLabel}")}\">\n");
        foreach (var tick in TicksOf(y))
        {
            page.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.0}\" y2=\"{Y(tick):0.0}\"/>");
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.0}\" text-anchor=\"end\">{Markup.Number(tick)}</text>\n");
        }

        foreach (var tick in TicksOf(x))
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(tick):0.0}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Markup.Number(tick)}</text>\n");
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">{Markup.Text(xLabel)}</text>\n");
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"14\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {(Top + Height - Bottom) / 2})\">{Markup.Text(yLabel)}</text>\n");
        page.Append(marks).Append("</svg>\n");
    }

    /// <summary>The range of some numbers, a little wider.</summary>
    public static (double Min, double Max) RangeOf(IEnumerable<double> values)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite))
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        if (min > max)
            return (0, 1);
        var margin = 0.05 * (max - min);
        return (min - margin, max + margin);
    }

    private static (double Min, double Max) Widened((double Min, double Max) range) =>
        range.Max > range.Min ? range : (range.Min - Math.Max(1e-9, Math.Abs(range.Min) * 0.1), range.Max + Math.Max(1e-9, Math.Abs(range.Max) * 0.1));

    /// <summary>Multiples of 1, 2 or 5 times a power of ten.</summary>
    internal static IEnumerable<double> TicksOf((double Min, double Max) range)
    {
        var rough = (range.Max - range.Min) / Ticks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
        for (var i = Math.Ceiling(range.Min / step); i * step <= range.Max; i++)
            yield return i == 0 ? 0 : i * step;
    }

    private double X(double value) => Left + (value - x.Min) / (x.Max - x.Min) * (Width - Left - Right);

    /// <summary>What lies outside is shown at the edge.</summary>
    private double Y(double value) => Height - Bottom - (Math.Clamp(value, y.Min, y.Max) - y.Min) / (y.Max - y.Min) * (Height - Top - Bottom);

    private StringBuilder Title(string? title) => title is null ? marks : marks.Append("<title>").Append(Markup.Text(title)).Append("</title>");
}
