using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Storage;
using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Cli.Tests;

/// <summary>The server, and the commands that ask it: killed, restarted, and with its storage taken away.</summary>
public sealed class ServeTests(KillTests.RunThrough through) : IClassFixture<KillTests.RunThrough>
{
    /// <summary>Slices that may end before the server is killed.</summary>
    private static readonly int[] Moments = [1, 3, 2, 6, 4];

    [Fact]
    public async Task Who_follows_an_experiment_through_five_kills_of_the_server_sees_every_event_once_and_in_order()
    {
        using var here = new Workspace();
        here.Write(Workspace.Brief);
        var (address, url) = FreeAddress();
        var server = await StartAsync(here, address);
        Assert.Equal("small-1", await SubmitAsync(here.Spec, url));

        using var follower = Dtrain.Start("watch", "small-1", "--json", "--server", url);
        foreach (var slices in Moments)
        {
            await follower.UntilAsync("\"type\":\"sliceEnded\"", slices);
            server.Kill();
            await server.ToEndAsync();
            server.Dispose();
            server = await StartAsync(here, address);
        }

        var finished = await follower.ToEndAsync();
        server.Dispose();

        Assert.True(finished.Status == 0, finished.Error + finished.Output);
        var logged = Encoding.UTF8.GetString(here.Read("small-1/events.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(logged.Select(IdOf), finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(IdOf));
        Assert.Equal(through.Result, Encoding.UTF8.GetString(here.Read("small-1/result.json")));
        Assert.Equal(through.Model, here.Read("small-1/model/model.safetensors"));
    }

    [AzuriteFact]
    public async Task With_artifacts_in_blob_storage_kills_of_the_server_and_restarts_of_the_storage_change_nothing()
    {
        await using var azurite = await Azurite.StartNewAsync(savesEachChange: true);
        using var here = new Workspace();
        here.Write(Workspace.Brief);
        var (address, url) = FreeAddress();
        string[] storage = ["--storage", "azure", "--connection", azurite.ConnectionString];
        var server = await StartAsync(here, address, storage);
        Assert.Equal("small-1", await SubmitAsync(here.Spec, url));

        using var follower = Dtrain.Start("watch", "small-1", "--json", "--server", url);
        await follower.UntilAsync("\"type\":\"sliceEnded\"", 2);
        server.Kill();
        await server.ToEndAsync();
        server.Dispose();
        server = await StartAsync(here, address, storage);
        await follower.UntilAsync("\"type\":\"sliceEnded\"", 3);
        await azurite.StopAsync();
        await azurite.StartAsync();
        await follower.UntilAsync("\"type\":\"sliceEnded\"", 3);
        await azurite.KillAsync();
        await azurite.StartAsync();

        var finished = await follower.ToEndAsync();
        server.Dispose();

        Assert.True(finished.Status == 0, finished.Error + finished.Output);
        var store = new BlobStore(BlobLocation.Parse(azurite.ConnectionString));
        Assert.Equal(through.Result, Encoding.UTF8.GetString((await store.ReadAsync(ArtifactPaths.Result("small-1")))!));
        Assert.Equal(through.Model, await store.ReadAsync(ArtifactPaths.ModelSafetensors("small-1")));
        var logged = await store.ReadLinesAsync(ArtifactPaths.Events("small-1"));
        Assert.Equal(logged.Select(IdOf), finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(IdOf));
        Assert.False(Directory.Exists(Path.Combine(here.Data, "experiments")));
    }

    [AzuriteFact]
    public async Task One_host_at_a_time_works_on_a_container_and_none_that_is_refused_takes_its_place()
    {
        await using var azurite = await Azurite.StartNewAsync();
        using var here = new Workspace();
        here.Write();
        string[] storage = ["--storage", "azure", "--connection", azurite.ConnectionString];
        using var server = await StartAsync(here, "127.0.0.1:0", storage);

        var sameFolder = await Dtrain.RunAsync(["submit", here.Spec, "--data", here.Data, .. storage]);
        var otherFolder = await Dtrain.RunAsync(["serve", "--data", here.Data + "2", "--listen", "127.0.0.1:0", .. storage]);

        Assert.Equal((2, true), (sameFolder.Status, sameFolder.Error.Contains("--server", StringComparison.Ordinal)));
        Assert.Equal((2, true), (otherFolder.Status, otherFolder.Error.Contains("Another host works on this container", StringComparison.Ordinal)));
    }

    [AzuriteFact]
    public async Task A_server_whose_storage_is_away_says_so_and_stops_when_asked()
    {
        await using var azurite = await Azurite.StartNewAsync(savesEachChange: true);
        using var here = new Workspace();
        here.Write();
        var (address, url) = FreeAddress();
        string[] storage = ["--storage", "azure", "--connection", azurite.ConnectionString];
        using var server = await StartAsync(here, address, storage);
        await SubmitAsync(here.Spec, url);
        using (var follower = Dtrain.Start("watch", "small-1", "--json", "--server", url))
            await follower.UntilAsync("\"type\":\"sliceEnded\"");

        await azurite.StopAsync();
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        using var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        server.Interrupt();

        Assert.Equal(0, (await server.ToEndAsync()).Status);
    }

    [Fact]
    public async Task Every_command_that_asks_a_server_gets_what_it_gets_from_the_folder()
    {
        using var here = new Workspace();
        here.Write(spec => spec["budget"]!["trials"] = 3);
        var (address, url) = FreeAddress();
        using var server = await StartAsync(here, address);
        await SubmitAsync(here.Spec, url);
        using (var watch = Dtrain.Start("watch", "small-1", "--server", url))
            Assert.Equal(0, (await watch.ToEndAsync()).Status);

        foreach (var command in (string[][])[["list", "--json"], ["show", "small-1", "--json"], ["show", "small-1", "--decisions"], ["show", "small-1", "--importance", "--json"], ["show", "small-1", "--correlations", "--json"]])
        {
            var (asked, read) = (await Dtrain.RunAsync([.. command, "--server", url]), await Dtrain.RunAsync([.. command, "--data", here.Data]));
            Assert.True(asked.Status == 0, asked.Error);
            Assert.Equal(read.Output, asked.Output);
        }

        var pulled = Path.Combine(here.Root, "pulled");
        Assert.Equal(0, (await Dtrain.RunAsync("model", "pull", "small-1", "--to", pulled, "--server", url)).Status);
        Assert.Equal(here.Read("small-1/model/model.safetensors"), await File.ReadAllBytesAsync(Path.Combine(pulled, "model.safetensors")));
        Assert.Equal(0, (await Dtrain.RunAsync("report", "small-1", "--to", Path.Combine(here.Root, "report.html"), "--server", url)).Status);
        Assert.Equal(here.Read("small-1/report.html"), await File.ReadAllBytesAsync(Path.Combine(here.Root, "report.html")));
        Assert.Equal(0, (await Dtrain.RunAsync("delete", "small-1", "--server", url)).Status);
        Assert.Equal("", (await Dtrain.RunAsync("list", "--json", "--server", url)).Output);
    }

    [Fact]
    public async Task A_server_is_steered_from_the_command_line()
    {
        using var here = new Workspace();
        here.Write();
        var (address, url) = FreeAddress();
        using var server = await StartAsync(here, address);
        await SubmitAsync(here.Spec, url);

        Assert.Contains("is paused", (await Dtrain.RunAsync("pause", "small-1", "--server", url)).Output, StringComparison.Ordinal);
        Assert.Contains("paused", (await Dtrain.RunAsync("list", "--server", url)).Output, StringComparison.Ordinal);
        Assert.Equal((2, "small-1 has not ended. Cancel it first.\n"), await Dtrain.RunAsync("delete", "small-1", "--server", url) is var refused ? (refused.Status, refused.Error) : default);
        Assert.Contains("goes on", (await Dtrain.RunAsync("resume", "small-1", "--server", url)).Output, StringComparison.Ordinal);
        Assert.Contains("being cancelled", (await Dtrain.RunAsync("cancel", "small-1", "--server", url)).Output, StringComparison.Ordinal);
        using var watch = Dtrain.Start("watch", "small-1", "--server", url);
        Assert.Contains("cancelled", (await watch.ToEndAsync()).Output, StringComparison.Ordinal);
        Assert.Contains("has ended already", (await Dtrain.RunAsync("cancel", "small-1", "--server", url)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_of_the_server_that_differs_is_not_replaced_unless_asked()
    {
        using var here = new Workspace();
        here.Write(spec => spec["budget"]!["trials"] = 1);
        var (address, url) = FreeAddress();
        using var server = await StartAsync(here, address);
        await SubmitAsync(here.Spec, url);
        await File.WriteAllBytesAsync(here.DataFile, Gzip.Compress("1,2,0\n3,4,1\n5,6,0\n7,8,1\n"));

        var refused = await Dtrain.RunAsync("submit", here.Spec, "--server", url);
        Assert.Equal(2, refused.Status);
        Assert.Contains("--replace-data", refused.Error, StringComparison.Ordinal);

        Assert.NotEqual(2, (await Dtrain.RunAsync("submit", here.Spec, "--server", url, "--replace-data")).Status);
    }

    [Theory]
    [InlineData("Other machines could reach 0.0.0.0", "--listen", "0.0.0.0:0")]
    [InlineData("is no address to listen on", "--listen", "somewhere")]
    [InlineData("The API key cannot be read", "--api-key-file", "/no/such/file")]
    [InlineData("needs at least 16 characters", "--api-key-file", "SHORT")]
    [InlineData("holds no API key", "--api-key-file", "EMPTY")]
    [InlineData("--workers needs a number", "--workers", "0")]
    [InlineData("--rate-limit needs a number", "--rate-limit", "0")]
    [InlineData("--connection is for blob storage", "--connection", "UseDevelopmentStorage=true")]
    public async Task A_server_that_cannot_be_as_it_was_asked_for_does_not_start(string said, string option, string value)
    {
        using var here = new Workspace();
        await File.WriteAllTextAsync(Path.Combine(here.Root, "SHORT"), "too-short");
        await File.WriteAllTextAsync(Path.Combine(here.Root, "EMPTY"), "\n");

        var finished = await Dtrain.RunAsync("serve", "--data", here.Data, option, value is "SHORT" or "EMPTY" ? Path.Combine(here.Root, value) : value);

        Assert.Equal(2, finished.Status);
        Assert.Contains(said, finished.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(here.Data));
    }

    [Fact]
    public async Task Two_servers_cannot_have_one_port_or_one_folder()
    {
        using var here = new Workspace();
        var (address, _) = FreeAddress();
        using var server = await StartAsync(here, address);

        var port = await Dtrain.RunAsync("serve", "--data", here.Data + "2", "--listen", address);
        Assert.Equal((2, true), (port.Status, port.Error.Contains("cannot be listened on", StringComparison.Ordinal)));
        var folder = await Dtrain.RunAsync("serve", "--data", here.Data, "--listen", "127.0.0.1:0");
        Assert.Equal(1, folder.Status);
        Assert.Contains("--server", (await Dtrain.RunAsync("submit", here.Write(), "--data", here.Data)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "cannot be reached", "http://127.0.0.1:1")]
    [InlineData(2, "is no address of a server", "127.0.0.1")]
    [InlineData(2, "is no address of a server", "ftp://127.0.0.1")]
    public async Task A_server_that_is_not_there_is_told_in_a_sentence(int status, string said, string url)
    {
        var finished = await Dtrain.RunAsync("list", "--server", url);

        Assert.Equal(status, finished.Status);
        Assert.Contains(said, finished.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_asked_for_and_given()
    {
        using var here = new Workspace();
        var file = Path.Combine(here.Root, "key");
        await File.WriteAllTextAsync(file, "correct-horse-battery-staple\n");
        var (address, url) = FreeAddress();
        using var server = await StartAsync(here, address, ["--api-key-file", file]);

        var without = await Dtrain.RunAsync("list", "--server", url);
        Assert.NotEqual(0, without.Status);
        Assert.Contains("x-api-key", without.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Dtrain.RunAsync("list", "--server", url, "--api-key-file", file)).Status);
    }

    private static async Task<Dtrain> StartAsync(Workspace here, string address, params string[] more)
    {
        var server = Dtrain.Start(["serve", "--data", here.Data, "--listen", address, .. more]);
        await server.UntilAsync("Listening on");
        return server;
    }

    private static async Task<string> SubmitAsync(string spec, string url)
    {
        var submitted = await Dtrain.RunAsync("submit", spec, "--server", url);
        Assert.True(submitted.Status == 0, submitted.Error);
        return submitted.Output.Trim();
    }

    private static (string Address, string Url) FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint.ToString()!;
        return (address, "http://" + address);
    }

    private static string IdOf(string line) => (string)JsonNode.Parse(line)!["id"]!;
}
