using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DurableTrainer.Cli.Tests.Documentation;

/// <summary>docs/api.md and examples/api.http, held against a server.</summary>
public sealed partial class ApiPageTests : IDisposable
{
    private const string AddressOfThePage = "http://127.0.0.1:7071";

    /// <summary>What each request was and got goes to the standard error; settings of the user's and proxies are none of the page's.</summary>
    private const string Prelude = """
        curl() { command curl -q --noproxy '*' --max-time 100 --fail-with-body -sS -w '%{stderr}\n%{http_code} %{method} %{url_effective}\n' "$@"; }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string Root = Path.Combine(Workspace.Examples, "..");

    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "api.md"));

    private readonly Workspace here = new();

    [CurlFact]
    public async Task Each_line_of_the_page_gets_what_it_says_and_no_route_is_missing()
    {
        using var server = Serve();
        var address = await AddressOfAsync(server);
        var commands = CommandsOf(Page);

        await RunAsync(commands, address);
        var requests = commands.Select((command, number) => RequestOf(command, number)).OfType<string>().ToList();

        Assert.All(await OperationsAsync(address), operation => Assert.Contains(requests, operation.IsMatch));
        Assert.Contains("GET /openapi/v1.json", requests);
    }

    [Fact]
    public async Task Editors_find_a_request_for_every_route()
    {
        using var server = Serve();
        var requests = RequestInFile().Matches(await File.ReadAllTextAsync(Path.Combine(Workspace.Examples, "api.http"))).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").ToList();

        Assert.All(await OperationsAsync(await AddressOfAsync(server)), operation => Assert.Contains(requests, operation.IsMatch));
    }

    [Fact]
    public void Every_kind_of_problem_is_explained()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "src", "DurableTrainer.Api"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"));
        var kinds = sources.SelectMany(file => Kind().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        var explained = Page.Split('\n').Where(line => KindRow().IsMatch(line)).SelectMany(line => KindInRow().Matches(line.Split('|')[1])).Select(match => match.Groups[1].Value);

        Assert.Equal(kinds, explained.Order(StringComparer.Ordinal));
    }

    public void Dispose() => here.Dispose();

    private Dtrain Serve() => Dtrain.Start("serve", "--listen", "127.0.0.1:0", "--data", here.Data, "--workers", "2");

    private static async Task<Uri> AddressOfAsync(Dtrain server) => new(Address().Match(await server.UntilAsync("Listening on")).Value);

    /// <summary>What stands in the blocks that send requests, a command each.</summary>
    private static List<string> CommandsOf(string page) =>
        [.. Block().Matches(page).Select(match => match.Groups[1].Value).Where(block => block.Contains("curl ", StringComparison.Ordinal))
            .SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Runs them in one shell, in a folder that has the examples and that nobody misses.</summary>
    private async Task RunAsync(List<string> commands, Uri address)
    {
        Directory.CreateSymbolicLink(Path.Combine(here.Root, "examples"), Path.GetFullPath(Workspace.Examples));
        var script = commands.Select((command, number) =>
            $"{{\n{command.Replace(AddressOfThePage, address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)}\n}} >{number}.out 2>{number}.err || echo \"ended with $?\" >>{number}.err");
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-c", $"{Prelude}\n{string.Join('\n', script)}"]) { WorkingDirectory = here.Root };
        start.Environment["TMPDIR"] = here.Root;
        using var bash = Process.Start(start)!;
        try
        {
            await bash.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!bash.HasExited)
                bash.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The request that a command has sent, after a look at what it got; null when it sends none.</summary>
    private string? RequestOf(string command, int number)
    {
        var (output, error) = (File.ReadAllText(Path.Combine(here.Root, $"{number}.out")), File.ReadAllText(Path.Combine(here.Root, $"{number}.err")));
        var sent = Sent().Matches(error);
        if (!command.StartsWith("curl ", StringComparison.Ordinal))
        {
            Assert.True(error.Length == 0, $"{command}\n{error}");
            return null;
        }

        var told = Told().Match(command);
        Assert.True(
            sent is [var one] && (told.Success ? one.Groups[1].Value == told.Groups[1].Value : one.Groups[1].Value is "200" or "201" or "202"),
            $"{command}\n{error}\n{output}");
        // Those that are answered as they should be have ended well, too: a stream that broke off has not.
        Assert.True(told.Success || !error.Contains("ended with", StringComparison.Ordinal), $"{command}\n{error}\n{output}");
        return $"{sent[0].Groups[2].Value} {new Uri(sent[0].Groups[3].Value).PathAndQuery}";
    }

    /// <summary>Patterns of the requests that the server says it answers.</summary>
    private static async Task<List<Regex>> OperationsAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        var paths = JsonNode.Parse(await client.GetStringAsync("openapi/v1.json"))!["paths"]!.AsObject();
        List<Regex> operations =
            [.. paths.SelectMany(path => path.Value!.AsObject().Select(operation => new Regex($@"^{operation.Key.ToUpperInvariant()} {Pattern(path.Key)}(\?.*)?$")))];
        Assert.NotEmpty(operations);
        return operations;

        // The path of data has slashes of its own.
        static string Pattern(string path) => Parameter().Replace(path, parameter => parameter.Value == "{path}" ? "[^?]+" : "[^/?]+");
    }

    [GeneratedRegex(@"^```bash\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@" # (\d{3})\b")]
    private static partial Regex Told();

    [GeneratedRegex(@"^(\d{3}) ([A-Z]+) (http\S+)$", RegexOptions.Multiline)]
    private static partial Regex Sent();

    [GeneratedRegex(@"^([A-Z]+) \{\{host\}\}(\S+)$", RegexOptions.Multiline)]
    private static partial Regex RequestInFile();

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?:ApiException|ApiProblem\.Of|new)\(\s*(?:\d{3}|status|StatusCodes\.\w+),\s*""([a-z-]+)""")]
    private static partial Regex Kind();

    [GeneratedRegex(@"^\| `[a-z-]+`.* \| \d{3}")]
    private static partial Regex KindRow();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex KindInRow();
}

/// <summary>A test that needs curl.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CurlFactAttribute : FactAttribute
{
    public CurlFactAttribute()
    {
        try
        {
            using var curl = Process.Start(new ProcessStartInfo("curl", ["--version"]) { RedirectStandardOutput = true })!;
            curl.StandardOutput.ReadToEnd();
            curl.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip = "There is no curl on this machine: apt-get install curl.";
        }
    }
}
