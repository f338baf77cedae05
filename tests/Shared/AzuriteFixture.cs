using System.Globalization;

namespace DurableTrainer.Tests;

/// <summary>One Azurite for all tests of a collection; each takes a container of its own. Where there is none, those tests are skipped.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private Azurite? azurite;
    private int containers;

    public Azurite Azurite => azurite ?? throw new InvalidOperationException(Azurite.Missing);

    /// <summary>The connection string of a container that no other test has, and that is not there yet.</summary>
    public string NewContainer() => string.Create(
        CultureInfo.InvariantCulture, $"{Azurite.ConnectionString};Container=test-{Interlocked.Increment(ref containers)}");

    public async Task InitializeAsync() => azurite = Azurite.Missing is null ? await Azurite.StartNewAsync() : null;

    public async Task DisposeAsync()
    {
        if (azurite is not null)
            await azurite.DisposeAsync();
    }
}
