using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Conformance;

public sealed class EmbeddedInMemoryTests : DurableConformance
{
    protected override Task<IConformingEngine> CreateAsync(DurableRegistry registry) => EmbeddedUnderTest.StartAsync(registry, null);
}

public sealed class EmbeddedOnDiskTests : DurableConformance
{
    protected override Task<IConformingEngine> CreateAsync(DurableRegistry registry) => EmbeddedUnderTest.StartAsync(registry, new());
}

/// <summary>An embedded engine that checks the replay of every turn.</summary>
internal sealed class EmbeddedUnderTest(EmbeddedEngine engine, ManualTime time, TemporaryFolder? folder) : IConformingEngine
{
    public static async Task<IConformingEngine> StartAsync(DurableRegistry registry, TemporaryFolder? folder)
    {
        var time = new ManualTime();
        var engine = await EmbeddedEngine.OpenAsync(new()
        {
            Folder = folder?.Path,
            Registry = registry,
            Time = time,
            CheckReplay = true,
        });
        engine.Start();
        return new EmbeddedUnderTest(engine, time, folder);
    }

    public DurableClient Client => engine.Client;

    public Task PassTimeAsync(TimeSpan by)
    {
        time.Advance(by);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        folder?.Dispose();
    }
}
