using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Train.Contestants;

namespace DurableTrainer.Bench.Train.Reports;

/// <summary>Writes each figure when it is known, and keeps them for what is said of all.</summary>
internal sealed class TrainReport(TrainSettings settings, Opponents opponents, JsonLines output)
{
    private readonly List<Figure> figures = [];
    private readonly Dictionary<string, double> gflops = [];
    private long? workerMemory;
    private double ownGflops;
    private RoundSelection? products;

    public void Add(MatchResult match)
    {
        if (match.Cell is null)
            AddProducts(match);
        else
            AddFigures(match);
    }

    /// <param name="cell">What the worker trained.</param>
    /// <param name="peakMemoryBytes">Null where it cannot be known.</param>
    public void Add(Cell cell, long? peakMemoryBytes)
    {
        workerMemory = peakMemoryBytes;
        output.Write(new JsonObject
        {
            ["workload"] = cell.Workload.Name,
            ["worker"] = true,
            ["batch"] = cell.Batch,
            ["peakMemoryBytes"] = peakMemoryBytes,
        });
    }

    /// <summary>Geometric means over all cells.</summary>
    public void Summarize()
    {
        foreach (var opponent in settings.Opponents)
        {
            foreach (var threads in settings.Threads)
            {
                Figure[] all = [.. figures.Where(figure => figure.Side == new Side(opponent, threads))];
                var line = new JsonObject
                {
                    ["framework"] = "pytorch",
                    ["opponent"] = opponent.Name,
                    ["threads"] = threads,
                    ["cells"] = all.Length,
                    ["cellsFaster"] = all.Count(figure => figure.Ratio > 1),
                    ["geometricMeanRatio"] = Math.Round(Statistics.GeometricMean([.. all.Select(figure => figure.Ratio!.Value)]), 3),
                };
                // A mean is no better than what it is of.
                if (all.Count(figure => figure.Rounds.IsNoisy) is var noisy and > 0)
                    (line["noisyCells"], line["noisy"]) = (noisy, true);
                output.Write(line);
            }
        }
    }

    /// <summary>Everything that was added, products among it.</summary>
    public string Tables() =>
        new TrainTables(settings, opponents.GreetingOf, figures, ownGflops, gflops, products!, workerMemory).Markdown();

    private void AddProducts(MatchResult match)
    {
        const double Operations = 2.0 * Match.ProductSize * Match.ProductSize * Match.ProductSize;
        products = match.Rounds;
        for (var i = 0; i < match.Sides.Count; i++)
        {
            var (opponent, value) = (match.Sides[i].Opponent, match.Rounds.Median(i) * Operations / 1e9);
            if (opponent is null)
                ownGflops = value;
            else
                gflops[opponent.Name] = value;
            var line = opponent is null ? OwnFacts() : FactsOf(opponent);
            line["matmulGflops"] = Math.Round(value, 1);
            if (opponent is not null)
                line["ratio"] = Math.Round(match.Rounds.MedianRatio(0, i), 3);
            AddRounds(line, match.Rounds);
            output.Write(line);
        }
    }

    private void AddFigures(MatchResult match)
    {
        foreach (var figure in Figure.Of(match))
        {
            figures.Add(figure);
            var line = new JsonObject();
            if (figure.Side.Opponent is { } opponent)
            {
                line["framework"] = "pytorch";
                line["opponent"] = opponent.Name;
            }

            line["workload"] = figure.Cell.Workload.Name;
            line["threads"] = figure.Side.Threads;
            line["batch"] = figure.Cell.Batch;
            line["samplesPerSecond"] = Math.Round(figure.SamplesPerSecond, 1);
            if (figure.Side.Opponent is null)
                line["peakMemoryBytes"] = match.PeakMemoryBytes[figure.Side.Threads];
            else
                line["matmulGflops"] = Math.Round(gflops[figure.Side.Opponent.Name], 1);
            if (figure.Ratio is { } ratio)
                line["ratio"] = Math.Round(ratio, 3);
            if (figure.Scaling is { } scaling)
                line["scaling"] = Math.Round(scaling, 3);
            AddRounds(line, figure.Rounds);
            output.Write(line);
        }
    }

    private static JsonObject OwnFacts() => new()
    {
        ["processor"] = Machine.Processor,
        ["processors"] = Machine.Processors,
        ["vectorBits"] = Machine.VectorBits,
        ["runtime"] = Machine.Runtime,
    };

    private JsonObject FactsOf(Opponent opponent)
    {
        var greeting = JsonObject.Create(opponents.GreetingOf(opponent)) ?? [];
        var line = new JsonObject { ["framework"] = "pytorch", ["opponent"] = opponent.Name };
        foreach (var (name, value) in greeting)
            line.Add(name, value?.DeepClone());
        return line;
    }

    private static void AddRounds(JsonObject line, RoundSelection rounds)
    {
        line["rounds"] = rounds.Count;
        line["roundsThrownAway"] = rounds.ThrownAway;
        if (rounds.Others is { } others)
            line["others"] = Math.Round(others, 3);
        else
            line["othersMeasured"] = false;
        line["missing"] = Math.Round(rounds.Missing, 3);
        if (rounds.IsNoisy)
            line["noisy"] = true;
    }
}
