using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DurableTrainer.Tests;

/// <summary>
/// Azurite, the emulator of Azure Blob Storage, on a port and in a temporary folder of its own. A test project takes it with
/// <c>&lt;Compile Include="../Shared/Azurite*.cs" LinkBase="Shared" /&gt;</c>.
/// </summary>
public sealed partial class Azurite : IAsyncDisposable
{
    private const string AccountName = "dtraintests";

    private static readonly string AccountKey = Convert.ToBase64String("a key for tests alone, of no account anywhere"u8);

    private static readonly Lazy<string?> Script = new(FindScript);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("durabletrainer-azurite-");
    private readonly bool savesEachChange;
    private Process? process;

    private Azurite(bool savesEachChange) => this.savesEachChange = savesEachChange;

    /// <summary>Why there is no Azurite here and what to do; null when there is one.</summary>
    public static string? Missing { get; } =
        Script.Value is null ? "Needs Azurite: run 'npm ci' at the root of the checkout." : FindNode() ? null : "Needs Node.js (Debian: apt-get install nodejs npm).";

    public int Port { get; } = FreePort();

    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};BlobEndpoint=http://127.0.0.1:{Port}/{AccountName}");

    /// <summary>Starts a new one, which answers when the task ends.</summary>
    /// <param name="savesEachChange">
    /// Whether it answers only when what it did survives a kill, as the real service does; by itself it saves its index every few seconds.
    /// </param>
    public static async Task<Azurite> StartNewAsync(bool savesEachChange = false)
    {
        var azurite = new Azurite(savesEachChange);
        await azurite.StartAsync();
        return azurite;
    }

    /// <summary>Starts it on the same port and folder as before; it answers when the task ends.</summary>
    public async Task StartAsync()
    {
        if (Missing is not null)
            throw new InvalidOperationException(Missing);
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.FullName };
        string[] preload = savesEachChange ? ["--require", Path.Combine(AppContext.BaseDirectory, "azurite-saves.cjs")] : [];
        string[] arguments =
        [
            .. preload, Script.Value!, "--blobHost", "127.0.0.1", "--blobPort", Port.ToString(CultureInfo.InvariantCulture),
            "--location", folder.FullName, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["AZURITE_ACCOUNTS"] = $"{AccountName}:{AccountKey}";
        process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = new List<string>();
        while (said is not [.., var last] || !last.Contains("successfully listens", StringComparison.Ordinal))
            said.Add(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"Azurite did not start: {string.Join('\n', said)}\n{await errors}"));
        // What it says later must be taken from it, or it would wait for that.
        _ = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Ends it as an operator does; what was stored stays.</summary>
    public Task StopAsync() => EndAsync(running =>
    {
        if (OperatingSystem.IsWindows() || SendSignal(running.Id, 15) != 0)
            running.Kill();
    });

    /// <summary>Ends it as a crash does (<c>kill -9</c>).</summary>
    public Task KillAsync() => EndAsync(running => running.Kill());

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
    }

    private async Task EndAsync(Action<Process> end)
    {
        if (process is null)
            return;
        if (!process.HasExited)
            end(process);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindScript()
    {
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            var script = Path.Combine(above.FullName, "node_modules", "azurite", "dist", "src", "blob", "main.js");
            if (File.Exists(script))
                return script;
        }

        return null;
    }

    private static bool FindNode()
    {
        var names = OperatingSystem.IsWindows() ? new[] { "node.exe" } : ["node"];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => names.Any(name => File.Exists(Path.Combine(path, name))));
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
