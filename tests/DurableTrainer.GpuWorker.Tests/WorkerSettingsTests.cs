using Microsoft.Extensions.Configuration;

namespace DurableTrainer.GpuWorker.Tests;

public sealed class WorkerSettingsTests
{
    private static readonly Dictionary<string, string?> Sound = new()
    {
        ["DurableTrainer:Storage"] = "https://example.blob.core.windows.net/artifacts",
        ["DurableTrainer:Pool"] = "gpu",
        ["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"] = "Endpoint=https://example;Authentication=ManagedIdentity",
        ["TASKHUB_NAME"] = "hub",
    };

    [Fact]
    public void All_that_a_worker_needs_is_read()
    {
        var settings = WorkerSettings.Of(Of([]));

        Assert.Equal(("gpu", "cuda", "hub"), (settings.Pool, settings.Device, settings.TaskHub));
        Assert.Equal("cuda:1", WorkerSettings.Of(Of(new() { ["DurableTrainer:Device"] = "cuda:1" })).Device);
    }

    [Theory]
    [InlineData("DurableTrainer:Storage", "DurableTrainer__Storage")]
    [InlineData("DurableTrainer:Pool", "DurableTrainer__Pool")]
    [InlineData("DURABLE_TASK_SCHEDULER_CONNECTION_STRING", "DURABLE_TASK_SCHEDULER_CONNECTION_STRING")]
    [InlineData("TASKHUB_NAME", "TASKHUB_NAME")]
    public void A_missing_one_is_told_by_its_name(string name, string shown) => Assert.StartsWith(
        $"The setting {shown} is missing: ", Assert.Throws<InvalidOperationException>(() => WorkerSettings.Of(Of(new() { [name] = "" }))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("cpu")]
    [InlineData("not a name")]
    public void A_pool_that_it_cannot_be_is_told(string pool) => Assert.StartsWith(
        $"DurableTrainer__Pool is '{pool}', must be ", Assert.Throws<InvalidOperationException>(() => WorkerSettings.Of(Of(new() { ["DurableTrainer:Pool"] = pool }))).Message, StringComparison.Ordinal);

    private static IConfiguration Of(Dictionary<string, string?> changes) =>
        new ConfigurationBuilder().AddInMemoryCollection(Sound).AddInMemoryCollection(changes).Build();
}
