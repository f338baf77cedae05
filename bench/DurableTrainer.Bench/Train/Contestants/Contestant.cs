using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DurableTrainer.Bench.Train.Contestants;

/// <summary>A process that keeps a model warm and takes steps of training when asked, a line there and a line back.</summary>
internal sealed class Contestant : IAsyncDisposable
{
    /// <summary>A just-in-time compiler needs to see a loop so often before it is as quick as it gets.</summary>
    private const int WarmSteps = 60;

    private readonly Task<string> log;
    private readonly string name;

    private Contestant(string name, Process process)
    {
        this.name = name;
        Process = process;
        log = process.StandardError.ReadToEndAsync();
    }

    public Process Process { get; }

    /// <summary>What it said of itself when it was ready.</summary>
    public JsonElement Greeting { get; private set; }

    /// <summary>The largest resident memory that it told of.</summary>
    public long PeakMemoryBytes { get; private set; }

    /// <exception cref="BenchException">It cannot be started, or ends instead of getting ready.</exception>
    public static async Task<Contestant> StartAsync(string name, ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception exception)
        {
            throw new BenchException($"{name} cannot be started: {exception.Message}");
        }

        var contestant = new Contestant(name, process!);
        try
        {
            contestant.Greeting = await contestant.ReadAsync<JsonElement>();
            return contestant;
        }
        catch
        {
            await contestant.DisposeAsync();
            throw;
        }
    }

    /// <summary>This program once more, as the server of steps with that many threads.</summary>
    public static Task<Contestant> StartOwnAsync(int threads)
    {
        var program = typeof(Contestant).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, "serve", "--threads", threads.ToString(CultureInfo.InvariantCulture)]);
        return StartAsync($"A bench process with {threads} threads", start);
    }

    /// <returns>How many parameters the model has.</returns>
    public async Task<long> OpenAsync(Workload workload, int batch) =>
        (await AskAsync<JsonElement>($"open {workload.Name} {batch}")).GetProperty("parameters").GetInt64();

    /// <summary>Steps of training for that long.</summary>
    public Task<Stint> RunAsync(double seconds) => AskForStintAsync(string.Create(CultureInfo.InvariantCulture, $"run {seconds}"));

    /// <summary>Products of square matrices of that size for that long.</summary>
    public Task<Stint> MultiplyAsync(int size, double seconds) =>
        AskForStintAsync(string.Create(CultureInfo.InvariantCulture, $"multiply {size} {seconds}"));

    /// <summary>Runs for that long, or up to four times as long when steps are slow, before anything is measured.</summary>
    public static async Task WarmAsync(Func<double, Task<Stint>> run, double seconds)
    {
        var steps = 0;
        for (var turn = 0; turn == 0 || (turn < 4 && steps < WarmSteps); turn++)
            steps += (await run(seconds)).Steps;
    }

    public async ValueTask DisposeAsync()
    {
        Process.StandardInput.Close();
        Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        await log;
        Process.Dispose();
    }

    private async Task<Stint> AskForStintAsync(string request)
    {
        var stint = await AskAsync<Stint>(request);
        PeakMemoryBytes = Math.Max(PeakMemoryBytes, stint.PeakMemoryBytes);
        return stint;
    }

    private async Task<TAnswer> AskAsync<TAnswer>(string request)
    {
        try
        {
            await Process.StandardInput.WriteLineAsync(request);
            await Process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            throw new BenchException($"{name} ended: {await log}");
        }

        return await ReadAsync<TAnswer>();
    }

    private async Task<TAnswer> ReadAsync<TAnswer>()
    {
        if (await Process.StandardOutput.ReadLineAsync() is not { } line)
            throw new BenchException($"{name} ended: {(await log).Trim()}");
        try
        {
            return JsonSerializer.Deserialize<TAnswer>(line, JsonSerializerOptions.Web)!;
        }
        catch (JsonException)
        {
            throw new BenchException($"{name} answered '{line}', which is not what was asked for.");
        }
    }
}
