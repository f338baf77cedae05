using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Serving;

/// <summary>How quickly a server answers many clients while it trains, and what that costs the training.</summary>
internal sealed class ApiBenchmark : Benchmark
{
    private const string DataFile = "optdigits.csv.gz";
    private const int Experiments = 2;

    private readonly Option<bool> quick;
    private readonly Option<int?> clients;
    private readonly Option<int?> rounds;

    public ApiBenchmark()
        : this(
            new Option<bool>("--quick") { Description = "Under 40 seconds in all, for a first impression: one short round." },
            NumberOption.Create("--clients", "Clients at once, half of them polling once a second and half streaming; 200 when left out.", 2000, least: 2),
            NumberOption.Create("--rounds", "Rounds, each with clients and without; 5 when left out.", 100))
    {
    }

    private ApiBenchmark(Option<bool> quick, Option<int?> clients, Option<int?> rounds)
        : base("api", "How quickly the HTTP API answers while two experiments run, and how much slower they get.", quick, clients, rounds) =>
        (this.quick, this.clients, this.rounds) = (quick, clients, rounds);

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var isQuick = parsed.GetValue(quick);
        var count = parsed.GetValue(clients) ?? 200;
        var wanted = parsed.GetValue(rounds) ?? (isQuick ? 1 : 5);
        var trials = isQuick ? 2 : 12;
        var (milliseconds, measured, lost) = (new List<double>(), new List<(Training Alone, Training Crowded)>(), 0);
        await using var server = await ServerProcess.StartAsync(workers: Experiments, cancellation);
        await server.UploadAsync(DataFile, Path.Combine(AppContext.BaseDirectory, DataFile), cancellation);
        await progress.WriteLineAsync("warming up");
        // Once is not enough for all that is compiled again once it has been run often.
        for (var i = 0; i < 2; i++)
            await TrainAsync(server, trials, new Clients(), count, cancellation);
        for (var round = 0; round < wanted; round++)
        {
            await progress.WriteLineAsync($"round {round + 1} of {wanted}: two experiments of {trials} trials, with {count} clients and without");
            var sides = new Training[2];
            // There and back again: neither always comes first.
            foreach (var isCrowded in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                var crowd = isCrowded ? new Clients() : null;
                sides[isCrowded ? 1 : 0] = await TrainAsync(server, trials, crowd, count, cancellation);
                milliseconds.AddRange(crowd?.Milliseconds ?? []);
                lost += crowd?.LostEvents ?? 0;
            }

            measured.Add((sides[0], sides[1]));
            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"  {sides[0].Seconds:0.0} s without, {sides[1].Seconds:0.0} s with; of the processors the server took {sides[0].Server:0.0} and {sides[1].Server:0.0} s, the clients {sides[1].Clients:0.0} s"));
        }

        output.Write(new JsonObject
        {
            ["clients"] = count,
            ["p50Milliseconds"] = Math.Round(Statistics.Quantile(milliseconds, 0.5), 2),
            ["p99Milliseconds"] = Math.Round(Statistics.Quantile(milliseconds, 0.99), 2),
            ["lostEvents"] = lost,
            ["requests"] = milliseconds.Count,
            ["slowdown"] = Median(round => round.Crowded.Seconds / round.Alone.Seconds - 1),
            // All of this runs on the same processors; clients of a real server have some of their own.
            ["serverShare"] = Median(round => (round.Crowded.Server - round.Alone.Server) / (round.Crowded.Seconds * Environment.ProcessorCount)),
            ["clientsShare"] = Median(round => (round.Crowded.Clients - round.Alone.Clients) / (round.Crowded.Seconds * Environment.ProcessorCount)),
            ["rounds"] = wanted,
        });
        return 0;

        double Median(Func<(Training Alone, Training Crowded), double> of) => Math.Round(Statistics.Median(measured.Select(of)), 4);
    }

    private static async Task<Training> TrainAsync(
        ServerProcess server, int trials, Clients? crowd, int count, CancellationToken cancellation)
    {
        var (serverBefore, clientsBefore) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
        var ids = new List<string>();
        for (var i = 0; i < Experiments; i++)
            ids.Add(await server.SubmitAsync(Spec(trials, i), cancellation));
        // Two who follow to the end, without a crowd.
        await (crowd ?? new Clients()).RunAsync(server, ids, crowd is null ? 2 * Experiments : count, cancellation);
        var (started, ended) = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        foreach (var id in ids)
        {
            var events = await server.EventsAsync(id, cancellation);
            var (first, last) = (events[0]!["time"]!.GetValue<DateTimeOffset>(), events[^1]!["time"]!.GetValue<DateTimeOffset>());
            (started, ended) = (first < started ? first : started, last > ended ? last : ended);
        }

        return new Training(
            (ended - started).TotalSeconds, (server.ProcessorTime - serverBefore).TotalSeconds, (Environment.CpuUsage.TotalTime - clientsBefore).TotalSeconds);
    }

    /// <param name="Seconds">From the start of the first experiment to the end of the last.</param>
    /// <param name="Server">Seconds of the processors that the server itself took, without its workers.</param>
    /// <param name="Clients">Seconds of the processors that the clients took.</param>
    private sealed record Training(double Seconds, double Server, double Clients);

    /// <summary>The same work in every round: no trial stops early.</summary>
    private static JsonObject Spec(int trials, int seed)
    {
        var spec = JsonNode.Parse("""
            {
              "name": "served",
              "objective": { "metric": "validation.accuracy" },
              "space": [ { "name": "learningRate", "type": "float", "min": 1e-4, "max": 0.01, "scale": "log" } ],
              "training": {
                "data": { "type": "csv", "shape": [1, 8, 8], "scale": 0.0625, "split": { "validation": 0.2 } },
                "model": { "layers": [
                  { "type": "conv2d", "filters": 16, "kernel": 3, "padding": 1 }, { "type": "relu" }, { "type": "maxPool2d", "size": 2 },
                  { "type": "flatten" }, { "type": "linear", "units": 64 }, { "type": "relu" }, { "type": "linear", "units": 10 } ] },
                "loss": "crossEntropy",
                "optimizer": { "type": "adamw", "learningRate": "$learningRate" },
                "batchSize": 32, "epochs": 60
              },
              "scheduler": { "type": "none" },
              "quota": { "allocation": "even" }
            }
            """)!.AsObject();
        spec["seed"] = seed;
        spec["training"]!["data"]!["path"] = DataFile;
        spec["tuner"] = new JsonObject { ["agent"] = "random" };
        spec["budget"] = new JsonObject { ["trials"] = trials, ["parallel"] = 1 };
        return spec;
    }
}
