using DurableTrainer.Storage.Blobs;
using DurableTrainer.Storage.Tests.Conformance;
using Xunit.Abstractions;

namespace DurableTrainer.Storage.Tests;

[CollectionDefinition(Name)]
public sealed class AzuriteTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}

[NeedsAzurite]
[Collection(AzuriteTests.Name)]
public sealed class BlobStoreConformanceTests(AzuriteFixture azurite) : ArtifactStoreConformance
{
    protected override ArtifactStore Create() => new BlobStore(BlobLocation.Parse(azurite.NewContainer()));
}

/// <summary>Two stores on one container, as two processes have them: no call may rely on what the other store remembers.</summary>
[NeedsAzurite]
[Collection(AzuriteTests.Name)]
public sealed class SharedContainerConformanceTests(AzuriteFixture azurite) : ArtifactStoreConformance
{
    protected override ArtifactStore Create()
    {
        var location = BlobLocation.Parse(azurite.NewContainer());
        return new AlternatingStore(new BlobStore(location), new BlobStore(location));
    }
}

/// <summary>Two stores on one container, over a network on which one request in five goes wrong.</summary>
[NeedsAzurite]
[Collection(AzuriteTests.Name)]
public sealed class FaultyNetworkConformanceTests(AzuriteFixture azurite, ITestOutputHelper output) : ArtifactStoreConformance
{
    protected override ArtifactStore Create() => Faulty.Pair(azurite, output, new BlobStoreOptions());
}

/// <summary>The same with such small pieces that large files, long lines and logs of many blocks are the rule.</summary>
[NeedsAzurite]
public sealed class SmallPiecesConformanceTests(AzuriteFixture azurite, ITestOutputHelper output)
    : ArtifactStoreConformance, IClassFixture<AzuriteFixture>
{
    protected override ArtifactStore Create() =>
        Faulty.Pair(azurite, output, new BlobStoreOptions { LogBlockBytes = 8000, LogBlocks = 50, PieceBytes = 20_000, PageLength = 3 });

    protected override int LongLine => 5000;
}

internal static class Faulty
{
    public static AlternatingStore Pair(AzuriteFixture azurite, ITestOutputHelper output, BlobStoreOptions options)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var location = BlobLocation.Parse(azurite.NewContainer());
        options = options with { FirstDelay = TimeSpan.FromMilliseconds(4), Transport = FaultyTransport.Random(seed, oneIn: 5) };
        return new AlternatingStore(new BlobStore(location, options), new BlobStore(location, options));
    }
}
