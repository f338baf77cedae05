using System.Globalization;
using System.Text;
using DurableTrainer.Api.Http;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Api.Views;

/// <summary>The epochs of a trial as a table: a row each, a column for every metric that any of them has.</summary>
internal static class MetricsTable
{
    public static string Of(IReadOnlyList<EpochReport> reports)
    {
        string[] metrics = [.. reports.SelectMany(report => report.Values.Keys).Distinct().Order(StringComparer.Ordinal)];
        var table = new StringBuilder();
        Row(["epoch", "step", "time", .. metrics, "wallClockSeconds", "cpuSeconds", "peakMemoryBytes"]);
        foreach (var report in reports)
        {
            Row(
            [
                Text(report.Epoch),
                Text(report.Step),
                report.Time.ToString("O", CultureInfo.InvariantCulture),
                .. metrics.Select(metric => report.Values.TryGetValue(metric, out var value) ? Text(value) : ""),
                Text(report.Usage.WallClock.TotalSeconds),
                Text(report.Usage.CpuTime.TotalSeconds),
                Text(report.Usage.PeakMemoryBytes),
            ]);
        }

        return table.ToString();

        void Row(IEnumerable<string> fields) => table.AppendJoin(',', fields.Select(Csv.Field)).Append("\r\n");

        static string Text<T>(T number) where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
    }
}
