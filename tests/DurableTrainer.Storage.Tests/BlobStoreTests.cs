using System.Text;
using Azure.Core;
using DurableTrainer.Storage.Blobs;
using Xunit.Abstractions;

namespace DurableTrainer.Storage.Tests;

/// <summary>What only a store on a network has to show.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobStoreTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    [AzuriteTheory]
    [InlineData(NetworkFault.LostAnswer)]
    [InlineData(NetworkFault.FalseFailure)]
    [InlineData(NetworkFault.LostRequest)]
    public async Task A_creation_whose_answer_was_lost_still_counts(NetworkFault fault)
    {
        var location = BlobLocation.Parse(azurite.NewContainer());
        await new BlobStore(location).WriteAsync("a/other", Array.Empty<byte>());
        foreach (var size in new[] { 10, 1000 })
        {
            var puts = 0;
            var transport = new FaultyTransport(request => request.Method == RequestMethod.Put && ++puts % 2 == 1 ? fault : NetworkFault.None);
            var store = new BlobStore(location, new BlobStoreOptions { PieceBytes = 100, Transport = transport });

            Assert.True(await store.TryCreateAsync($"a/{size}", new byte[size]));
            Assert.False(await store.TryCreateAsync($"a/{size}", new byte[size]));
        }
    }

    [AzuriteFact]
    public async Task A_creation_that_was_given_up_in_doubt_counts_when_it_is_tried_again()
    {
        var fault = NetworkFault.LostAnswer;
        var location = BlobLocation.Parse(azurite.NewContainer());
        await new BlobStore(location).WriteAsync("a/other", Array.Empty<byte>());
        var store = new BlobStore(location, new BlobStoreOptions { Patience = TimeSpan.Zero, Transport = new FaultyTransport(_ => fault) });

        await Assert.ThrowsAsync<StorageException>(() => store.TryCreateAsync("a/file", "x"u8.ToArray()));
        fault = NetworkFault.None;

        Assert.True(await store.TryCreateAsync("a/file", "x"u8.ToArray()));
        Assert.False(await store.TryCreateAsync("a/file", "x"u8.ToArray()));
    }

    [AzuriteFact]
    public async Task Many_who_make_the_container_at_once_all_go_on()
    {
        var location = BlobLocation.Parse(azurite.NewContainer());

        Assert.Empty(await new BlobStore(location).ListAsync(""));
        Assert.Empty(await new BlobStore(location).ListFoldersAsync("a"));
        Assert.Null(await new BlobStore(location).ReadAsync("a"));
        await new BlobStore(location).DeleteAsync("a");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => new BlobStore(location).WriteAsync($"a/{i}", new byte[i])));

        Assert.Equal(10, (await new BlobStore(location).ListAsync("a")).Count);
    }

    [AzuriteFact]
    public async Task A_cancelled_call_ends_while_the_service_is_away()
    {
        using var cancel = new CancellationTokenSource();
        var transport = new FaultyTransport(_ =>
        {
            cancel.Cancel();
            return NetworkFault.LostRequest;
        });
        var store = new BlobStore(BlobLocation.Parse(azurite.NewContainer()), new BlobStoreOptions { Transport = transport });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.WriteAsync("a/file", new byte[1], cancel.Token));
    }

    /// <summary>Three stores over a bad network do random things, and a model of what must be there does the same.</summary>
    [AzuriteFact]
    public async Task A_random_workload_over_a_bad_network_leaves_what_it_should()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var location = BlobLocation.Parse(azurite.NewContainer());
        var options = new BlobStoreOptions { LogBlocks = 6, LogBlockBytes = 300, PieceBytes = 200, PageLength = 4, FirstDelay = TimeSpan.FromMilliseconds(4), Transport = FaultyTransport.Random(seed, oneIn: 8) };
        BlobStore[] stores = [new(location, options), new(location, options), new(location, options)];
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);

        for (var step = 0; step < 80; step++)
        {
            var store = stores[random.Next(stores.Length)];
            var path = $"x/{random.Next(3)}/{random.Next(2)}";
            var text = $"{step} {new string('x', random.Next(4) == 0 ? 400 : 20)}";
            switch (random.Next(8))
            {
                case 0:
                    await store.WriteAsync(path, Encoding.UTF8.GetBytes(text + "\n"));
                    expected[path] = text + "\n";
                    break;
                case 1:
                    Assert.Equal(expected.TryAdd(path, text + "\n"), await store.TryCreateAsync(path, Encoding.UTF8.GetBytes(text + "\n")));
                    break;
                case 2 when random.Next(3) == 0:
                    await store.DeleteAsync(path);
                    expected.Remove(path);
                    break;
                case 3:
                    Assert.Equal(expected.GetValueOrDefault(path), await store.ReadAsync(path) is { } read ? Encoding.UTF8.GetString(read) : null);
                    break;
                default:
                    await store.AppendAsync(path, [text, $"and {step}"]);
                    expected[path] = $"{expected.GetValueOrDefault(path)}{text}\nand {step}\n";
                    break;
            }
        }

        Assert.Equal(expected.Keys, await stores[0].ListAsync(""));
        foreach (var (path, content) in expected)
            Assert.Equal(content, Encoding.UTF8.GetString((await new BlobStore(location).ReadAsync(path))!));
    }
}
