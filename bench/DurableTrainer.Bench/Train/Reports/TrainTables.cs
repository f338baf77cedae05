using System.Globalization;
using System.Text;
using System.Text.Json;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Train.Contestants;

namespace DurableTrainer.Bench.Train.Reports;

/// <summary>The figures of a run as Markdown.</summary>
internal sealed class TrainTables(
    TrainSettings settings,
    Func<Opponent, JsonElement> greetingOf,
    IReadOnlyList<Figure> figures,
    double ownGflops,
    IReadOnlyDictionary<string, double> gflops,
    RoundSelection products,
    long? workerMemory)
{
    private const string NoisyMark = " \\*";

    private readonly StringBuilder text = new();

    public string Markdown()
    {
        Line($"{Machine.Processor}, {Machine.Processors} processors, vectors of {Machine.VectorBits} bits; {Machine.Runtime}.");
        foreach (var opponent in settings.Opponents)
            Line($"{opponent.Name}: {FactsOf(opponent)}.");
        foreach (var threads in settings.Threads)
            Speed(threads);
        if (settings.Threads.Contains(1) && settings.Threads.Count > 1)
            Scaling();
        Products();
        if (workerMemory is { } bytes)
        {
            var cell = WorkerMemory.Cell;
            Line(string.Create(
                CultureInfo.InvariantCulture,
                $"Peak resident memory of a worker that trains {cell.Workload.Name} with batches of {cell.Batch}: {bytes / 1e6:0} MB."));
        }

        RoundSelection[] all = [products, .. figures.Select(figure => figure.Rounds)];
        if (all.Any(rounds => rounds.IsNoisy))
        {
            var (others, missing) = (all.Max(rounds => rounds.Others), all.Max(rounds => rounds.Missing));
            Line(string.Create(
                CultureInfo.InvariantCulture,
                $"\\* Disturbed in too many rounds: other processes took up to {others:0%} of the processors, and up to {missing:0%} of them were missing. These are no results."));
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private void Speed(int threads)
    {
        var head = string.Concat(settings.Opponents.Select(opponent => $" {opponent.Name} | ratio |"));
        Table(
            $"Samples per second, {(threads == 1 ? "one thread" : $"{threads} threads")}:",
            $"| workload | batch | DurableTrainer |{head}",
            $"| --- | ---: | ---: |{string.Concat(settings.Opponents.Select(_ => " ---: | ---: |"))}",
            settings.Cells.Select(cell =>
            {
                var own = Find(cell, new Side(null, threads));
                var others = settings.Opponents.Select(opponent => Find(cell, new Side(opponent, threads)));
                var mark = Mark(own.Rounds.IsNoisy);
                var row = $"| {cell.Workload.Name} | {cell.Batch} | {Number(own.SamplesPerSecond)}{mark} |";
                return row + string.Concat(others.Select(other => $" {Number(other.SamplesPerSecond)}{mark} | {Ratio(other.Ratio!.Value)}{mark} |"));
            }),
            settings.Opponents.Count == 0 ? null : $"| geometric mean | | |{string.Concat(settings.Opponents.Select(opponent =>
            {
                Figure[] all = [.. figures.Where(figure => figure.Side == new Side(opponent, threads))];
                var mean = Statistics.GeometricMean([.. all.Select(figure => figure.Ratio!.Value)]);
                return $" | **{Ratio(mean)}**{Mark(all.Any(figure => figure.Rounds.IsNoisy))} |";
            }))}");
    }

    private void Scaling()
    {
        int[] more = [.. settings.Threads.Where(threads => threads > 1)];
        Table(
            "DurableTrainer with more threads, as a multiple of one thread:",
            $"| workload | batch |{string.Concat(more.Select(threads => $" {threads} threads |"))}",
            $"| --- | ---: |{string.Concat(more.Select(_ => " ---: |"))}",
            settings.Cells.Select(cell => $"| {cell.Workload.Name} | {cell.Batch} |"
                + string.Concat(more.Select(threads => Find(cell, new Side(null, threads)))
                    .Select(figure => $" {Ratio(figure.Scaling!.Value)}{Mark(figure.Rounds.IsNoisy)} |"))));
    }

    private void Products() => Table(
        $"Matrix product {Match.ProductSize}³ on one thread:",
        "| | GFLOPS | DurableTrainer's share of it |",
        "| --- | ---: | ---: |",
        gflops.Select(other => string.Create(CultureInfo.InvariantCulture, $"| {other.Key} | {other.Value:0.0}{Mark(products.IsNoisy)} | {ownGflops / other.Value:0%}{Mark(products.IsNoisy)} |"))
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"| DurableTrainer | {ownGflops:0.0}{Mark(products.IsNoisy)} | |")));

    private void Table(string title, string head, string rule, IEnumerable<string> rows, string? foot = null)
    {
        Line(title);
        text.AppendLine(head).AppendLine(rule);
        foreach (var row in rows)
            text.AppendLine(row);
        if (foot is not null)
            text.AppendLine(foot);
        text.AppendLine();
    }

    private void Line(string line) => text.AppendLine(line).AppendLine();

    private Figure Find(Cell cell, Side side) => figures.Single(figure => figure.Cell == cell && figure.Side == side);

    private string FactsOf(Opponent opponent)
    {
        var greeting = greetingOf(opponent);
        var libraries = string.Join(", ", greeting.GetProperty("libraries").EnumerateArray().Select(name => name.GetString()));
        var version = greeting.GetProperty("version").GetString() is { Length: > 0 } known ? $" ({known})" : "";
        return $"PyTorch {greeting.GetProperty("torch").GetString()} with {libraries}{version}";
    }

    private static string Mark(bool isNoisy) => isNoisy ? NoisyMark : "";

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "×";
}
