using System.Globalization;
using System.Net;
using System.Text;

namespace DurableTrainer.Experiments.Reports;

/// <summary>Text as HTML, and numbers as people read them.</summary>
internal static class Markup
{
    public static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    /// <summary>Four significant digits, as short as they can be.</summary>
    public static string Number(double? value) => value is { } number ? number.ToString("0.####", CultureInfo.InvariantCulture) is var text && text is not ("0" or "-0")
        ? text
        : number.ToString("G4", CultureInfo.InvariantCulture) : "–";

    public static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    public static string Duration(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    /// <summary>A table; cells are HTML already.</summary>
    public static void Table(StringBuilder page, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        page.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (var column in columns)
            page.Append("<th>").Append(Text(column)).Append("</th>");
        page.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var cell in row)
                page.Append("<td>").Append(cell).Append("</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }
}
