using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Randomness;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class HostileTests
{
    private const int Requests = 10_000;
    private const int AtOnce = 8;
    private const long MostBytes = 256 << 20;

    [Fact]
    public async Task Ten_thousand_hostile_requests_are_answered_each_with_a_problem_and_harm_nothing()
    {
        var seed = Environment.TickCount64;
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec());
        // One whose name none of them guesses.
        var kept = await server.EndedAsync(Spec("""{ "name": "kept" }"""));
        // Mutated specs may be good ones: they may not take the machine.
        using var bounded = await server.Client.PutAsync("api/quotas/default", new StringContent("""{ "allowed": { "experiments": 3 } }""", null, "application/json"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (next, statuses) = (-1, new int[600]);

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) < Requests)
            {
                var request = new HostileRequest(seed, number, id).Bytes();
                var (status, head, body) = await AskAsync(server.Address.Port, request);
                Interlocked.Increment(ref statuses[status]);
                var told = $"seed {seed}, request {number}: {Encoding.Latin1.GetString(request.AsSpan(0, Math.Min(300, request.Length)))}\n{head}{body}";
                // 505 is what a version of HTTP is answered with that there is not.
                Assert.True(status is (>= 200 and < 500) or 505, told);
                if (status < 400)
                    continue;
                Assert.True(head.Contains("application/problem+json", StringComparison.Ordinal), told);
                if (!head.Contains("HEAD", StringComparison.Ordinal) && body.Length > 0)
                    Assert.True((int?)JsonNode.Parse(body)?["status"] == status, told);
            }
        })));

        Assert.True(statuses[400] > Requests / 20, $"seed {seed}: too few were refused");
        Assert.True(statuses.Skip(200).Take(100).Sum() > Requests / 100, $"seed {seed}: too few were understood");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostBytes);
        Assert.Equal("completed", (string?)(await server.GetAsync($"api/experiments/{kept}"))["status"]);
        Assert.Equal("ready", (string?)(await server.GetAsync("health/ready"))["status"]);
    }

    [Fact]
    public async Task Who_sends_too_slowly_is_told_so_and_others_are_served_meanwhile()
    {
        await using var server = await StartAsync();

        var slow = Enumerable.Range(0, 50).Select(i => AskAsync(server.Address.Port, Encoding.ASCII.GetBytes(i % 2 == 0
            ? "POST /api/experiments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"name\":"
            : "GET /api/pools HTTP/1.1\r\nHost: localhost\r\nX-Half: a he"))).ToList();
        for (var i = 0; i < 100; i++)
            await server.GetAsync("api/pools");

        foreach (var (status, head, body) in await Task.WhenAll(slow))
        {
            Assert.Equal(408, status);
            Assert.Contains("application/problem+json", head, StringComparison.Ordinal);
            Assert.Equal(408, (int?)JsonNode.Parse(body)!["status"]);
        }
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n", 400)]
    [InlineData("GET / HTTP/9.9\r\n\r\n", 505)]
    [InlineData("GET /api/pools HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/pools HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /api/pools HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400)]
    [InlineData("POST /api/experiments HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400)]
    [InlineData("POST /api/experiments HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /api/experiments/curve-1%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("\u0000\u0001\u0002\r\n\r\n", 400)]
    public async Task What_is_no_request_is_answered_with_a_problem_too(string request, int expected)
    {
        await using var server = await StartAsync();

        var (status, head, body) = await AskAsync(server.Address.Port, Encoding.Latin1.GetBytes(request));

        Assert.Equal(expected, status);
        Assert.Contains("application/problem+json", head, StringComparison.Ordinal);
        Assert.Equal(expected, (int?)JsonNode.Parse(body)!["status"]);
    }

    /// <summary>Sends bytes, and reads the answer up to its end; of a stream of events, the head.</summary>
    private static async Task<(int Status, string Head, string Body)> AskAsync(int port, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = client.GetStream();
        var received = new MemoryStream();
        try
        {
            await stream.WriteAsync(request);
        }
        catch (IOException)
        {
            // The server may answer and close before it has read everything.
        }

        var buffer = new byte[16 << 10];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
            {
                received.Write(buffer, 0, count);
                var text = Encoding.Latin1.GetString(received.GetBuffer(), 0, (int)Math.Min(received.Length, 4096));
                if (text.Contains("text/event-stream", StringComparison.Ordinal) || IsWhole(text, received.Length))
                    break;
            }
        }
        catch (IOException) when (received.Length > 0)
        {
            // What was read is the answer.
        }

        var answer = Encoding.UTF8.GetString(received.ToArray());
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"no answer to {Encoding.Latin1.GetString(request.AsSpan(0, Math.Min(300, request.Length)))}");
        return (int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture), answer[..(end + 4)], answer[(end + 4)..]);
    }

    private static bool IsWhole(string text, long length)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var header = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (end < 0 || header < 0 || header > end)
            return end > 0 && (text.StartsWith("HTTP/1.1 304", StringComparison.Ordinal) || text.StartsWith("HTTP/1.1 204", StringComparison.Ordinal));
        var line = text.AsSpan(header + 16);
        return length >= end + 4 + long.Parse(line[..line.IndexOf('\r')], CultureInfo.InvariantCulture);
    }

    /// <summary>A request that means harm, the same for the same seed and number.</summary>
    private sealed class HostileRequest(long seed, int number, string id)
    {
        private static readonly string[] Routes =
        [
            "/api/experiments", "/api/experiments/{0}", "/api/experiments/{0}/trials", "/api/experiments/{0}/trials/{1}", "/api/experiments/{0}/trials/{1}/metrics",
            "/api/experiments/{0}/events", "/api/experiments/{0}/importance", "/api/experiments/{0}/correlations", "/api/experiments/{0}/timeline",
            "/api/experiments/{0}/report", "/api/experiments/{0}/model", "/api/experiments/{0}/spec", "/api/experiments/{0}/cancel", "/api/experiments/{0}/pause",
            "/api/experiments/{0}/resume", "/api/data/{0}", "/api/data", "/api/models/{0}/champion", "/api/pools", "/api/quotas", "/api/quotas/{0}",
            "/health/live", "/openapi/v1.json", "/{0}", "/api/{0}/{1}",
        ];

        private static readonly string[] Words =
        [
            "..", "../..", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "%ff%fe", "a%0d%0aSet-Cookie:x", "curve-1", "curve-0", "curve-99999999999", "-1", "0", "2147483648",
            "1e309", "NaN", "'; drop table x; --", "<script>", "%F0%9F%98%80", "CON", "nul.txt", ".partial-1", "~", "*", "%25", "%", "a%5cb", "a:b", "{id}", "${x}",
        ];

        private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "FOO", "GET", "POST", "GET"];

        private static readonly string[] HeaderNames =
        [
            "Accept", "Content-Type", "If-None-Match", "Last-Event-ID", "Idempotency-Key", "Range", "Content-Digest", "x-content-sha256", "x-api-key", "Origin",
            "Content-Encoding", "Expect", "Cookie", "X-Forwarded-For", "Upgrade", "TE", "Accept-Encoding",
        ];

        private static readonly string[] HeaderValues =
        [
            "*/*", "text/csv", "text/event-stream", "application/json", "application/yaml", "application/json; charset=utf-16", "\"x\"", "W/\"", "*", ",,,", ";q=", "bytes=0-", "bytes=5-1",
            "sha-256=:AAAA:", "started", "ended", "gzip", "100-continue", "websocket", "null", "\u00ff\u00fe", "a\tb", "application/json, text/csv;q=2", "text/csv;q=NaN",
        ];

        private readonly KeyedRandom random = new(seed, "hostile", number);

        public byte[] Bytes()
        {
            if (Next(20) == 0)
                return Garbage(1 + Next(200), "\r\n\r\n");
            var method = One(Methods);
            var body = method is "GET" or "get" or "TRACE" && Next(4) > 0 ? [] : Body();
            var path = string.Format(CultureInfo.InvariantCulture, One(Routes), Next(3) == 0 ? id : Word(), Next(3) == 0 ? Next(4).ToString(CultureInfo.InvariantCulture) : Word());
            if (Next(3) == 0)
                path += "?" + string.Join('&', Enumerable.Range(0, 1 + Next(4)).Select(_ => $"{One(["limit", "status", "name", "continuation", "from", "format", "after", "path", "x"])}={Word()}"));
            var head = new StringBuilder($"{method} {path.Replace(' ', '+')} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            for (var i = Next(5); i > 0; i--)
            {
                if (One(HeaderNames) is var name && names.Add(name))
                    head.Append(CultureInfo.InvariantCulture, $"{name}: {(Next(20) == 0 ? new string('x', Next(15_000)) : One(HeaderValues))}\r\n");
            }

            // Lengths that are wrong make slow senders, of which another test tells.
            if (body.Length > 0 || method is "POST" or "PUT")
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
            return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body];
        }

        private byte[] Body()
        {
            switch (Next(9))
            {
                case 0:
                    return Garbage(Next(2000), "");
                case 1:
                    return Encoding.UTF8.GetBytes(new string('[', 1 + Next(100_000)));
                case 2:
                    return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 1 + Next(20_000))));
                case 3:
                    return Encoding.UTF8.GetBytes($"{{\"seed\": {new string('9', 1 + Next(5000))}}}");
                case 4:
                    return Encoding.Unicode.GetBytes(Spec());
                case 5 when Next(20) == 0:
                    return Encoding.UTF8.GetBytes(Spec() + new string(' ', (1 << 20) + Next(1000)));
                case 6:
                    return Encoding.UTF8.GetBytes("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]");
                default:
                    return Mutated();
            }
        }

        /// <summary>A good spec in which some things are not.</summary>
        private byte[] Mutated()
        {
            var bytes = Encoding.UTF8.GetBytes(Spec()).ToList();
            string[] values = ["-1", "0", "1e308", "2147483647", "9223372036854775807", "null", "true", "\"\"", "[]", "{}", "\"$x\"", "\"$\"", "\"((((((((((x))))))))))\"", "1e-308", "\"PT999999999H\"", "[1,2,3]"];
            for (var i = 1 + Next(4); i > 0; i--)
            {
                var at = Next(bytes.Count);
                switch (Next(4))
                {
                    case 0:
                        bytes[at] = (byte)Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(Next(10), bytes.Count - at));
                        break;
                    default:
                        // In place of the value after a colon.
                        var colon = bytes.IndexOf((byte)':', at);
                        var end = colon < 0 ? -1 : bytes.FindIndex(colon, b => b is (byte)',' or (byte)'}');
                        if (end > 0)
                        {
                            bytes.RemoveRange(colon + 1, end - colon - 1);
                            bytes.InsertRange(colon + 1, Encoding.UTF8.GetBytes(One(values)));
                        }

                        break;
                }
            }

            return [.. bytes];
        }

        private byte[] Garbage(int length, string end)
        {
            var bytes = new byte[length];
            for (var i = 0; i < length; i++)
                bytes[i] = (byte)Next(256);
            return [.. bytes, .. Encoding.ASCII.GetBytes(end)];
        }

        private string Word() => Next(10) == 0 ? new string('a', Next(3000)) : One(Words);

        private T One<T>(T[] all) => all[Next(all.Length)];

        private int Next(int below) => below <= 0 ? 0 : (int)(random.NextDouble() * below);
    }
}
