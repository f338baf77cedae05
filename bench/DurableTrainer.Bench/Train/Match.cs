using System.Diagnostics;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Train.Contestants;

namespace DurableTrainer.Bench.Train;

/// <summary>One who takes part in rounds: an opponent, or this project's own processor where that is null.</summary>
internal readonly record struct Side(Opponent? Opponent, int Threads);

/// <summary>What a match found.</summary>
/// <param name="Cell">What was trained; null for matrix products.</param>
/// <param name="Sides">In the order of the rounds' values.</param>
/// <param name="Rounds">Steps or products per second of each side.</param>
/// <param name="PeakMemoryBytes">Of the own process for each number of threads.</param>
internal sealed record MatchResult(Cell? Cell, IReadOnlyList<Side> Sides, RoundSelection Rounds, IReadOnlyDictionary<int, long> PeakMemoryBytes);

/// <summary>Has all sides do the same thing in turn.</summary>
internal sealed class Match(TrainSettings settings, Opponents opponents, TextWriter progress)
{
    /// <summary>Rows and columns of the matrices that are multiplied.</summary>
    public const int ProductSize = 960;

    private readonly long start = Stopwatch.GetTimestamp();

    private RoundPlan Rounds => settings.Patience != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > settings.Patience
        ? settings.Rounds with { Most = settings.Rounds.Wanted }
        : settings.Rounds;

    public async Task<MatchResult> MultiplyAsync(CancellationToken cancellation)
    {
        await progress.WriteLineAsync($"matrix product {ProductSize}³");
        return await MeasureAsync(null, [1], (contestant, seconds) => contestant.MultiplyAsync(ProductSize, seconds), cancellation);
    }

    /// <exception cref="BenchException">A process failed, or an opponent's model is another one.</exception>
    public async Task<MatchResult> TrainAsync(Cell cell, CancellationToken cancellation)
    {
        await progress.WriteLineAsync($"{cell.Workload.Name} with batches of {cell.Batch}");
        return await MeasureAsync(cell, settings.Threads, (contestant, seconds) => contestant.RunAsync(seconds), cancellation);
    }

    private async Task<MatchResult> MeasureAsync(
        Cell? cell, IReadOnlyList<int> threads, Func<Contestant, double, Task<Stint>> run, CancellationToken cancellation)
    {
        var own = new Dictionary<int, Contestant>();
        try
        {
            foreach (var number in threads)
                own.Add(number, await Contestant.StartOwnAsync(number));
            Side[] sides = [.. threads.SelectMany(number => settings.Opponents.Prepend(null).Select(opponent => new Side(opponent, number)))];
            Contestant[] contestants = [.. sides.Select(side => side.Opponent is null ? own[side.Threads] : opponents[side.Opponent, side.Threads])];
            foreach (var contestant in contestants)
            {
                if (cell is not null)
                    await OpenAsync(contestant, cell);
                await Contestant.WarmAsync(seconds => run(contestant, seconds), settings.WarmSeconds);
            }

            var turns = contestants.Select<Contestant, Func<double, Task<double>>>(contestant => async seconds =>
            {
                cancellation.ThrowIfCancellationRequested();
                return (await run(contestant, seconds)).PerSecond;
            });
            var rounds = await RoundSelection.MeasureAsync(
                Rounds, [.. turns], () => ProcessorTime.Read(contestants.Select(contestant => contestant.Process)),
                MissingProcessors.Share);
            return new MatchResult(cell, sides, rounds, own.ToDictionary(pair => pair.Key, pair => pair.Value.PeakMemoryBytes));
        }
        finally
        {
            foreach (var contestant in own.Values)
                await contestant.DisposeAsync();
        }
    }

    private static async Task OpenAsync(Contestant contestant, Cell cell)
    {
        var (parameters, expected) = (await contestant.OpenAsync(cell.Workload, cell.Batch), cell.Workload.Graph.ParameterCount);
        if (parameters != expected)
            throw new BenchException($"The models of {cell.Workload.Name} differ: one has {parameters} parameters, the other {expected}.");
    }
}
