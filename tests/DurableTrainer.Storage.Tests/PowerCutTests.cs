using System.Text;
using Xunit.Abstractions;

namespace DurableTrainer.Storage.Tests;

/// <summary>A power cut at every operation on the disk, one after the other.</summary>
public sealed class PowerCutTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static readonly IReadOnlyList<Func<FolderStore, Task>> Steps =
    [
        store => store.WriteAsync("a/x", Bytes("one")),
        store => store.AppendAsync("a/log", ["first"]),
        store => store.WriteAsync("a/x", Bytes("another that is longer")),
        store => store.TryCreateAsync("b/c/y", Bytes("created")),
        store => store.AppendAsync("a/log", ["second", "third"]),
        store => store.TryReplaceAsync("b/c/y", Bytes("created"), Bytes("replaced")),
        store => store.DeleteAsync("a/x"),
        store => store.WriteAsync("b/c/z", Bytes("last")),
        store => store.AppendAsync("a/log", ["fourth"]),
    ];

    public void Dispose() => folder.Dispose();

    [LinuxFact]
    public async Task After_a_power_cut_at_any_operation_what_was_done_is_there_and_what_was_not_is_whole_or_not_there()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var states = await StatesAsync();

        for (var at = 1; ; at++)
        {
            // Chance decides what survives: a few times each.
            for (var round = 0; round < 8; round++)
            {
                var root = folder[$"{at}-{round}"];
                Directory.CreateDirectory(root);
                var disk = new PowerCutDisk(root, at);
                var done = await GoAsync(new FolderStore(root, disk), from: 0);
                if (!disk.IsCut)
                    return;
                disk.Restart(new Random(HashCode.Combine(seed, at, round)));

                var store = new FolderStore(root);
                var found = await StateAsync(store);
                Assert.True(
                    found == states[done] || IsOnTheWay(found, states[done], states[done + 1]),
                    $"Seed {seed}, operation {at}, round {round}: after {done} steps were done the power was cut, and there was\n{found}\nand not\n{states[done]}\nor\n{states[done + 1]}");

                // What was cut off is done again, and all that comes after it.
                await GoAsync(store, from: found == states[done + 1] ? done + 1 : done);
                var end = await StateAsync(store);
                Assert.True(end.Replace("second\nsecond", "second", StringComparison.Ordinal) == states[^1], $"Seed {seed}, operation {at}, round {round}: in the end there was\n{end}");
            }
        }
    }

    /// <returns>How many steps are done.</returns>
    private static async Task<int> GoAsync(FolderStore store, int from)
    {
        for (var step = from; step < Steps.Count; step++)
        {
            try
            {
                await Steps[step](store);
            }
            catch (StorageException)
            {
                return step;
            }
        }

        return Steps.Count;
    }

    // Of several lines that were being appended, the first ones may have come through.
    private static bool IsOnTheWay(string found, string before, string after) =>
        found == after || (after.Contains("second\nthird", StringComparison.Ordinal) && found == before.Replace("first\n", "first\nsecond\n", StringComparison.Ordinal));

    private async Task<List<string>> StatesAsync()
    {
        var store = new FolderStore(folder["through"]);
        var states = new List<string> { "" };
        foreach (var step in Steps)
        {
            await step(store);
            states.Add(await StateAsync(store));
        }

        return states;
    }

    private static async Task<string> StateAsync(FolderStore store)
    {
        var state = new StringBuilder();
        foreach (var path in await store.ListAsync(""))
        {
            var content = path.EndsWith("log", StringComparison.Ordinal)
                ? string.Concat((await store.ReadLinesAsync(path)).Select(line => line + "\n"))
                : Encoding.UTF8.GetString((await store.ReadAsync(path))!);
            // A log without a line is none.
            if (content.Length > 0)
                state.Append(path).Append(": ").Append(content).Append('\n');
        }

        return state.ToString();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
