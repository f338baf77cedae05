using DurableTrainer.Storage;
using Microsoft.Extensions.Configuration;

namespace DurableTrainer.Functions.Tests;

public sealed class AppSettingsTests
{
    [Fact]
    public void Storage_and_the_pools_of_other_workers_are_read()
    {
        var settings = Of(("DurableTrainer:Storage", "https://example.blob.core.windows.net/artifacts"), ("DurableTrainer:Pools", "gpu, large ,"));

        Assert.Equal("https://example.blob.core.windows.net/artifacts", settings.Storage.ToString());
        Assert.Equal(["gpu", "large"], settings.Pools);
        Assert.Equal("blob:artifacts/data", settings.Uploads.Root);
    }

    [Fact]
    public void Without_other_pools_there_are_none() => Assert.Empty(Of(("DurableTrainer:Storage", "UseDevelopmentStorage=true")).Pools);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_missing_storage_is_told_by_the_name_of_its_setting(string? text)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Of(("DurableTrainer:Storage", text)));

        Assert.Equal("The setting DurableTrainer__Storage is missing: the address of a container, or UseDevelopmentStorage=true.", exception.Message);
    }

    [Fact]
    public void A_storage_that_is_none_is_told_without_what_may_be_a_key() =>
        Assert.DoesNotContain("secret", Assert.Throws<StorageException>(() => Of(("DurableTrainer:Storage", "AccountName=x;AccountKey=secret"))).Message, StringComparison.Ordinal);

    private static AppSettings Of(params (string Name, string? Value)[] values) => AppSettings.Of(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Name, value.Value))).Build());
}
