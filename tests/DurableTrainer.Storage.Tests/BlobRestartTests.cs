using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Storage.Tests;

/// <summary>The service ends and comes back while several processes, each with its store, append to one log.</summary>
public sealed class BlobRestartTests
{
    private const int Writers = 3;

    [AzuriteTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_lost_or_twice_when_the_service_restarts_in_the_middle(bool isKilled)
    {
        await using var azurite = await Azurite.StartNewAsync(savesEachChange: true);
        var location = BlobLocation.Parse(azurite.ConnectionString);
        var acknowledged = new int[Writers];
        using var progress = new SemaphoreSlim(0);
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var store = new BlobStore(location);
            while (!done.IsCancellationRequested)
            {
                var line = $"{writer} {acknowledged[writer]}";
                await store.AppendAsync("a/log", [line]);
                acknowledged[writer]++;
                progress.Release();
            }
        })).ToArray();

        for (var round = 0; round < 3; round++)
        {
            var enough = acknowledged.Sum() + 20;
            while (acknowledged.Sum() < enough)
                await await Task.WhenAny([progress.WaitAsync(), .. writers]);
            await (isKilled ? azurite.KillAsync() : azurite.StopAsync());
            await azurite.StartAsync();
        }

        await done.CancelAsync();
        await Task.WhenAll(writers);

        var lines = await new BlobStore(location).ReadLinesAsync("a/log");
        for (var writer = 0; writer < Writers; writer++)
        {
            var expected = Enumerable.Range(0, acknowledged[writer]).Select(i => $"{writer} {i}");
            Assert.Equal(expected, lines.Where(line => line.StartsWith($"{writer} ", StringComparison.Ordinal)));
        }
    }
}
