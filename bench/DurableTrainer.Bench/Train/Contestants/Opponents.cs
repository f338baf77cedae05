using System.Text.Json;

namespace DurableTrainer.Bench.Train.Contestants;

/// <summary>All opponents, one process for each number of threads, which stay for the whole run: starting PyTorch takes seconds.</summary>
internal sealed class Opponents : IAsyncDisposable
{
    private readonly Dictionary<(Opponent, int), Contestant> processes = [];

    public Contestant this[Opponent opponent, int threads] => processes[(opponent, threads)];

    /// <exception cref="BenchException">There is no PyTorch.</exception>
    public static async Task<Opponents> StartAsync(TrainSettings settings)
    {
        var opponents = new Opponents();
        try
        {
            foreach (var opponent in settings.Opponents)
            {
                // Matrix products are compared on one thread, whatever else is.
                foreach (var threads in settings.Threads.Prepend(1).Distinct())
                    opponents.processes.Add((opponent, threads), await opponent.StartAsync(settings.Python, threads));
            }

            return opponents;
        }
        catch
        {
            await opponents.DisposeAsync();
            throw;
        }
    }

    /// <summary>Versions of what an opponent is made of.</summary>
    public JsonElement GreetingOf(Opponent opponent) => processes.First(process => process.Key.Item1 == opponent).Value.Greeting;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes.Values)
            await process.DisposeAsync();
    }
}
