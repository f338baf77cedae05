using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool;
using DurableTrainer.Workers.Wire;

namespace DurableTrainer.Workers.Tests.Pool;

/// <summary>
/// Worker processes that are small shell scripts, for everything that a worker may do wrong. Each notes its process id in
/// <c>starts</c>.
/// </summary>
internal sealed class ShellWorkers : IDisposable
{
    public static string Greet { get; } = Say(new ReadyMessage(ReadyMessage.Current));

    private readonly TemporaryFolder folder = new();

    public static SliceResult Result { get; } = new()
    {
        Trial = 0,
        Slice = 0,
        Outcome = SliceOutcome.Completed,
        Epoch = 2,
        Step = 40,
        Metrics = new Dictionary<string, double> { ["validation.loss"] = 0.5 },
        Usage = Usage.None,
    };

    /// <summary>Says that the slice is done.</summary>
    public static string Answer { get; } = Say(new SliceMessage(Result));

    public static string Say(WorkerMessage message) => $"echo '{WireFormat.Write(message)}'";

    /// <summary>The process ids of the workers that were started, in that order.</summary>
    public IReadOnlyList<int> Starts => File.Exists(At("starts")) ? [.. File.ReadAllLines(At("starts")).Select(int.Parse)] : [];

    public string At(string name) => folder.At(name);

    /// <param name="script">What a worker does; its working folder is this one.</param>
    /// <param name="workers">How many at once.</param>
    /// <param name="time">The pool's clock.</param>
    /// <param name="threads">Threads of the machine.</param>
    /// <param name="name">The pool's name.</param>
    /// <param name="farewell">For a worker to end by itself.</param>
    public WorkerPool Pool(
        string script, int workers = 1, TimeProvider? time = null, int? threads = null, string name = "shell", TimeSpan farewell = default) =>
        new(
            new WorkerCommand("/bin/sh", ["-c", $"cd '{folder.Path}'; echo $$ >> starts\n{script}"]) { Farewell = farewell },
            workers, time ?? TimeProvider.System, threads, name);

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Yield();
    }

    public void Dispose() => folder.Dispose();
}
