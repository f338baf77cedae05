using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace DurableTrainer.Engine.Tests.Crashes;

public class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 30;

    [Fact]
    public async Task A_process_killed_again_and_again_loses_nothing_acknowledged_and_repeats_nothing_done()
    {
        var seed = Soak.Seed(output);
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var data = folder.At("data");
        var (raised, done) = (0, 0);

        for (var round = 0; round < Soak.Times(Rounds); round++)
        {
            var ranBefore = Ran(folder).Count;
            var doneBefore = done;
            // One number may have been recorded unacknowledged: the next round starts past it.
            (raised, done) = await RunAndKill(data, raised + 2, raised, done, lines: random.Next(1, 150));
            var repeated = Ran(folder).Skip(ranBefore).Where(step => step <= doneBefore).ToList();
            Assert.True(repeated.Count == 0, $"Seed {seed}, round {round}: ended activities {string.Join(' ', repeated)} ran again.");
        }

        await using var engine = await Open(data);
        var numbers = (await CollectAll(engine)).All;
        Assert.True(numbers.Distinct().Count() == numbers.Count, $"Seed {seed}: a number was collected twice.");
        var lost = acknowledged.Except(numbers).ToList();
        Assert.True(lost.Count == 0, $"Seed {seed}: acknowledged events {string.Join(' ', lost)} are lost.");
        Assert.True(numbers.SequenceEqual(numbers.Order()), $"Seed {seed}: events were taken out of order.");
    }

    [Fact]
    public async Task A_folder_held_by_another_process_is_refused_until_that_process_is_dead()
    {
        using var folder = new TemporaryFolder();
        using var process = Start(folder.At("data"), 1);
        await process.StandardOutput.ReadLineAsync();

        var exception = await Assert.ThrowsAsync<FolderLockedException>(() => Open(folder.At("data")));

        Assert.Equal(process.Id, exception.ProcessId);
        process.Kill();
        await process.WaitForExitAsync();
        await using var engine = await Open(folder.At("data"));
    }

    private readonly List<int> acknowledged = [];

    private async Task<(int Raised, int Done)> RunAndKill(string data, int next, int raised, int done, int lines)
    {
        using var process = Start(data, next);
        var errors = process.StandardError.ReadToEndAsync();
        // What it wrote before it died was acknowledged, read by us or not.
        for (var read = 0; await process.StandardOutput.ReadLineAsync() is { } line; read++)
        {
            if (read == lines)
                process.Kill();
            var words = line.Split(' ');
            var number = int.Parse(words[1], CultureInfo.InvariantCulture);
            if (words[0] == "raised")
                acknowledged.Add(raised = number);
            else
                done = Math.Max(done, number);
        }
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 137, $"The victim ended by itself: {await errors}");
        return (raised, done);
    }

    private static Process Start(string data, int next)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "exec", typeof(KillTests).Assembly.Location, data, next.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static Task<EmbeddedEngine> Open(string data) =>
        EmbeddedEngine.OpenAsync(new() { Folder = data, Registry = Victim.Registry(_ => { }), CheckReplay = true });

    private async Task<Victim.Numbers> CollectAll(EmbeddedEngine engine)
    {
        engine.Start();
        while (true)
        {
            var numbers = await engine.Client.ReadEntityAsync<Victim.Numbers>(Victim.Collected);
            if (numbers is not null && numbers.All.Contains(acknowledged.Max()))
                return numbers;
            await Task.Yield();
        }
    }

    private static List<int> Ran(TemporaryFolder folder) =>
        File.Exists(folder.At("ran"))
            ? [.. File.ReadLines(folder.At("ran")).Select(line => int.Parse(line, CultureInfo.InvariantCulture))]
            : [];
}
