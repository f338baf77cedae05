using System.Net;
using System.Security.Cryptography;
using System.Text;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class DataTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("1,2\n3,4\n");

    private static string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    [Fact]
    public async Task An_upload_is_listed_with_its_hash_and_can_be_replaced()
    {
        await using var server = await StartAsync();

        using var created = await PutAsync(server, "sets/a b/ü.csv", Content);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var replaced = await PutAsync(server, "sets/a b/ü.csv", Content);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);

        var files = (await server.GetAsync("api/data"))["items"]!.AsArray();
        Assert.Equal([("points.csv", 102), ("sets/a b/ü.csv", 8)], files.Select(file => ((string)file!["path"]!, (int)file["bytes"]!)));
        Assert.Equal(Sha256, (string?)files[1]!["sha256"]);
        Assert.Equal("points.csv", (string?)(await server.GetAsync("api/data?limit=1"))["continuation"]);
        Assert.Single((await server.GetAsync("api/data?limit=1&continuation=points.csv"))["items"]!.AsArray());
        Assert.Equal(Sha256, (string?)(await server.GetAsync("api/data?path=" + Uri.EscapeDataString("sets/a b/ü.csv")))["items"]![0]!["sha256"]);
        Assert.Empty((await server.GetAsync("api/data?path=..%2Fstore"))["items"]!.AsArray());
    }

    [Fact]
    public async Task What_arrives_other_than_announced_is_not_stored_and_what_was_there_stays()
    {
        await using var server = await StartAsync();
        using var good = await PutAsync(server, "a.csv", Content, ("x-content-sha256", Sha256));
        Assert.Equal(HttpStatusCode.Created, good.StatusCode);
        using var alsoGood = await PutAsync(server, "a.csv", Content, ("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Content))}:"));
        Assert.Equal(HttpStatusCode.OK, alsoGood.StatusCode);

        using var damaged = await PutAsync(server, "a.csv", "other"u8.ToArray(), ("x-content-sha256", Sha256));

        Assert.Contains(Sha256, (string?)(await ProblemOf(damaged, 400))["detail"], StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Path.Combine(server.DataFolder, "a.csv")));
        Assert.Equal(2, Directory.GetFiles(server.DataFolder).Length);
    }

    [Theory]
    [InlineData("x-content-sha256", "abc")]
    [InlineData("Content-Digest", "md5=:abc:")]
    [InlineData("Content-Digest", "sha-256=:abc:")]
    public async Task A_digest_that_is_none_is_refused(string header, string value)
    {
        await using var server = await StartAsync();

        using var response = await PutAsync(server, "a.csv", Content, (header, value));

        await ProblemOf(response, 400);
    }

    [Fact]
    public async Task With_if_none_match_nothing_is_replaced()
    {
        await using var server = await StartAsync();

        using var first = await PutAsync(server, "a.csv", Content, ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        using var second = await PutAsync(server, "a.csv", "x"u8.ToArray(), ("If-None-Match", "*"));

        await ProblemOf(second, 412);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Path.Combine(server.DataFolder, "a.csv")));
    }

    [Theory]
    [InlineData("..%2fa.csv")]
    [InlineData("a/..%2f..%2fb.csv")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("a%5c..%5cb")]
    [InlineData("c:%5cx")]
    [InlineData("a//b")]
    [InlineData("a%00b")]
    [InlineData(".partial-1")]
    [InlineData("%F0%9F%98%80")]
    public async Task A_path_that_leaves_the_root_or_means_something_else_elsewhere_is_refused(string path)
    {
        await using var server = await StartAsync();

        using var response = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Put, new Uri($"{server.Address}api/data/{path}")) { Content = new ByteArrayContent(Content) });

        await ProblemOf(response, 400);
        Assert.Single(Directory.GetFileSystemEntries(server.DataFolder));
    }

    [Fact]
    public async Task A_path_that_is_too_long_is_refused()
    {
        await using var server = await StartAsync();

        using var response = await PutAsync(server, new string('a', 300), Content);

        await ProblemOf(response, 400);
    }

    [Fact]
    public async Task A_file_cannot_lie_below_a_file_or_in_place_of_a_folder()
    {
        await using var server = await StartAsync();
        using var file = await PutAsync(server, "a/b", Content);

        using var below = await PutAsync(server, "a/b/c", Content);
        await ProblemOf(below, 409);
        using var instead = await PutAsync(server, "a", Content);
        await ProblemOf(instead, 409);
    }

    [Fact]
    public async Task A_file_that_is_larger_than_allowed_is_refused_and_leaves_nothing()
    {
        await using var server = await StartAsync();

        using var response = await PutAsync(server, "large.bin", new byte[(1 << 20) + 1]);

        await ProblemOf(response, 413);
        Assert.Single(Directory.GetFileSystemEntries(server.DataFolder));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_is_never_visible()
    {
        await using var server = await StartAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PUT /api/data/half.csv HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{new string('x', 70_000)}"));
        while (!Directory.EnumerateFiles(server.DataFolder, ".partial-*").Any())
            await Task.Yield();

        client.Close();

        while (Directory.EnumerateFiles(server.DataFolder, ".partial-*").Any())
            await Task.Yield();
        Assert.Equal(["points.csv"], (await server.GetAsync("api/data"))["items"]!.AsArray().Select(file => (string)file!["path"]!));
    }

    private static Task<HttpResponseMessage> PutAsync(TestServer server, string path, byte[] content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "api/data/" + path) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return server.Client.SendAsync(request);
    }
}
