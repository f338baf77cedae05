using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool.Grants;
using DurableTrainer.Workers.Telemetry;
using DurableTrainer.Workers.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableTrainer.Workers.Pool;

/// <summary>
/// Keeps a number of worker processes warm and runs slices on them, one at a time each. A worker that is lost is replaced; the host
/// never shares its fate.
/// </summary>
public sealed class WorkerPool : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly WorkerCommand command;
    private readonly TimeProvider time;
    private readonly WorkerPlaces places;
    private readonly ThreadAllocator allocator;
    private readonly List<WorkerConnection> idle = [];
    private readonly Queue<Task<WorkerConnection?>> replacements = [];
    private readonly CancellationTokenSource closing = new();
    private readonly ILogger logger;

    /// <param name="command">How a worker is started.</param>
    /// <param name="workers">How many there may be at once.</param>
    /// <param name="time">Measures silence.</param>
    /// <param name="threads">Threads of this machine to share out among them; all that it has when null.</param>
    /// <param name="name">What it is called where there are several.</param>
    /// <param name="loggers">Get told what happens to workers.</param>
    public WorkerPool(WorkerCommand command, int workers, TimeProvider time, int? threads = null, string name = "cpu", ILoggerFactory? loggers = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        this.command = command;
        this.time = time;
        Name = name;
        logger = loggers?.CreateLogger("DurableTrainer.Workers") ?? NullLogger.Instance;
        Workers = workers;
        places = new WorkerPlaces(workers, time);
        Threads = threads ?? Environment.ProcessorCount;
        allocator = new ThreadAllocator(Threads, Math.Max(1, Threads / workers), time);
        PoolMetrics.Add(this);
    }

    public string Name { get; }

    public int Workers { get; }

    /// <summary>Threads that they share.</summary>
    public int Threads { get; }

    /// <summary>Slices and evaluations that wait for a worker.</summary>
    public int Waiting => places.Waiting;

    /// <summary>Threads that each worker may compute with where all get the same: its share of this machine.</summary>
    public int ThreadsPerWorker => allocator.EvenShare;

    /// <summary>What runs now.</summary>
    public IReadOnlyList<WorkerLoad> Load =>
        [.. allocator.Taken.Select(seat => new WorkerLoad(seat.Work.Experiment, seat.Work.Trial, seat.Threads, seat.ProcessId))];

    /// <summary>Raised for each epoch that a worker reports, on the thread that reads from it.</summary>
    public event Action<SliceRequest, EpochReport>? EpochReported;

    /// <summary>Runs a slice on the next free worker.</summary>
    /// <param name="request">The slice.</param>
    /// <param name="cancellation">Asks the worker to return early and then gives up waiting for it.</param>
    /// <exception cref="WorkerLostException">The worker was lost; the slice can run again.</exception>
    /// <exception cref="WorkerFaultException">The worker's surroundings failed.</exception>
    /// <exception cref="WorkerStartException">No worker can be started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the pool was disposed, before the slice was done.</exception>
    public Task<SliceResult> RunSliceAsync(SliceRequest request, CancellationToken cancellation) =>
        WithWorkerAsync(
            new SeatedWork(request.Experiment, request.Trial, request.FromEpoch, request.Promise, request.Fills),
            request.Share,
            (worker, seat, stop) => new ToldSlice(this, request, logger, time).RunAsync(
                () => new SliceRun(worker, request, report => EpochReported?.Invoke(request, report), time).RunAsync(seat, stop)),
            cancellation);

    /// <summary>Measures a checkpoint on the test samples.</summary>
    /// <inheritdoc cref="RunSliceAsync"/>
    public Task<IReadOnlyDictionary<string, double>> EvaluateAsync(EvaluationRequest request, CancellationToken cancellation) =>
        WithWorkerAsync(new SeatedWork(request.Experiment, request.Trial, 0, Promise: null), share: null, async (worker, seat, stop) =>
        {
            await worker.SendAsync(new EvaluateMessage(request with { Threads = seat.Threads }), stop);
            return await worker.ReceiveAsync(stop) switch
            {
                EvaluationMessage evaluation => evaluation.Metrics,
                FaultMessage fault => throw new WorkerFaultException(fault.Message, fault.IsFull),
                var other => throw await worker.LoseAsync($"it answered an evaluation with {other}"),
            };
        }, cancellation);

    /// <summary>Asks running slices to return early, waits for that, and ends the workers.</summary>
    public async ValueTask DisposeAsync()
    {
        PoolMetrics.Remove(this);
        await closing.CancelAsync();
        // Whoever has all places knows that nobody uses a worker any more.
        for (var place = 0; place < Workers; place++)
            await places.TakeAsync("", share: null, CancellationToken.None);
        foreach (var replacement in replacements)
        {
            if (await replacement is { } worker)
                await worker.DisposeAsync();
        }

        await Task.WhenAll(idle.Select(worker => worker.DisposeAsync().AsTask()));
        idle.Clear();
        allocator.Dispose();
        places.Dispose();
        closing.Dispose();
    }

    private async Task<TResult> WithWorkerAsync<TResult>(
        SeatedWork work, PoolShare? share, Func<WorkerConnection, Seat, CancellationToken, Task<TResult>> use, CancellationToken cancellation)
    {
        var trial = (work.Experiment, work.Trial);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, closing.Token);
        var asked = time.GetTimestamp();
        using var place = await places.TakeAsync(work.Experiment, share, stop.Token);
        PoolMetrics.Waited(Name, time.GetElapsedTime(asked));
        var seat = allocator.Take(work);
        try
        {
            var worker = await TakeAsync(trial) ?? await StartAsync(stop.Token);
            var finished = false;
            seat.ProcessId = worker.ProcessId;
            try
            {
                var result = await use(worker, seat, stop.Token);
                finished = true;
                return result;
            }
            catch (WorkerFaultException)
            {
                finished = true;
                throw;
            }
            finally
            {
                worker.Last = trial;
                // A worker that was left in the middle of something is not asked for something else.
                if (finished && !worker.IsLost)
                {
                    Release(worker);
                }
                else
                {
                    // The next one is warm by the time that it is wanted.
                    if (!stop.IsCancellationRequested)
                        Replace();
                    await worker.DisposeAsync();
                }
            }
        }
        finally
        {
            // Before the place: who comes next finds the seat that was left.
            allocator.Leave(seat);
        }
    }

    /// <summary>An idle worker, best the one that ran the trial before, or one that takes the place of a lost one; null when there is none.</summary>
    private async Task<WorkerConnection?> TakeAsync((string, int) trial)
    {
        List<WorkerConnection> exited;
        WorkerConnection? chosen;
        lock (idle)
        {
            exited = idle.FindAll(worker => worker.HasExited);
            idle.RemoveAll(exited.Contains);
            chosen = idle.Find(worker => worker.Last == trial) ?? idle.FirstOrDefault();
            if (chosen is not null)
                idle.Remove(chosen);
        }

        foreach (var worker in exited)
            await worker.DisposeAsync();
        return chosen ?? await TakeReplacementAsync();
    }

    private async Task<WorkerConnection?> TakeReplacementAsync()
    {
        Task<WorkerConnection?>? replacement;
        lock (idle)
            replacements.TryDequeue(out replacement);
        return replacement is null ? null : await replacement;
    }

    private void Replace()
    {
        lock (idle)
            replacements.Enqueue(StartReplacementAsync());
    }

    /// <returns>Null when it cannot be started: whoever needs one then is told why.</returns>
    private async Task<WorkerConnection?> StartReplacementAsync()
    {
        try
        {
            return await StartAsync(closing.Token);
        }
        catch (Exception exception) when (exception is WorkerStartException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<WorkerConnection> StartAsync(CancellationToken cancellation)
    {
        var worker = await WorkerConnection.StartAsync(command, time, Silence, cancellation);
        PoolMetrics.Started(Name);
        logger.WorkerStarted(Name, worker.ProcessId);
        return worker;
    }

    private void Release(WorkerConnection worker)
    {
        lock (idle)
            idle.Add(worker);
    }
}
