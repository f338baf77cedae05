using System.Threading.Channels;
using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool.Grants;
using DurableTrainer.Workers.Wire;

namespace DurableTrainer.Workers.Pool;

/// <summary>One slice on one worker, as the pool sees it: asked for, granted threads, listened to and, if need be, stopped.</summary>
/// <param name="worker">Runs it.</param>
/// <param name="request">The slice.</param>
/// <param name="report">Told about every epoch.</param>
/// <param name="time">Measures the patience with a worker that was asked to stop.</param>
internal sealed class SliceRun(WorkerConnection worker, SliceRequest request, Action<EpochReport> report, TimeProvider time)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="WorkerPool.RunSliceAsync"/>
    public async Task<SliceResult> RunAsync(Seat seat, CancellationToken stop)
    {
        var share = await seat.Shares.ReadAsync(stop);
        var granting = Task.CompletedTask;
        using var guard = LimitGuard.Of(request, worker.ProcessId, time, AskToStopAsync, stop);
        try
        {
            await worker.SendAsync(new RunSliceMessage(request with { Threads = share.Threads, IsInGaps = seat.IsInGaps }, share.Reason), stop);
            granting = GrantAsync(seat.Shares);
            var result = await ReceiveAsync(guard, guard?.Kill ?? stop);
            // A worker that was asked to stop may have found out by itself why.
            return result.Outcome == SliceOutcome.Stopped && guard?.Exceeded is { } exceeded
                ? result with { Outcome = SliceOutcome.Failed, Reason = exceeded }
                : result;
        }
        catch (OperationCanceledException) when (guard?.Exceeded is { } exceeded && !stop.IsCancellationRequested)
        {
            await worker.LoseAsync("it was past a limit");
            return Killed(guard, exceeded);
        }
        catch (WorkerLostException) when (guard?.Exceeded is { } exceeded)
        {
            return Killed(guard, exceeded);
        }
        catch (OperationCanceledException)
        {
            await LeaveAsync();
            throw;
        }
        finally
        {
            // A grant must not reach the slice after this one.
            seat.Close();
            await granting;
        }
    }

    private async Task GrantAsync(ChannelReader<ThreadShare> shares)
    {
        try
        {
            await foreach (var share in shares.ReadAllAsync())
                await worker.SendAsync(new GrantMessage(share.Threads, share.Reason), CancellationToken.None);
        }
        catch (WorkerLostException)
        {
            // Whoever waits for the slice finds that out too.
        }
    }

    private async Task AskToStopAsync()
    {
        try
        {
            await worker.SendAsync(new StopMessage(), CancellationToken.None);
        }
        catch (WorkerLostException)
        {
            // Whoever waits for the slice finds that out too.
        }
    }

    private SliceResult Killed(LimitGuard guard, string exceeded) => new()
    {
        Trial = request.Trial,
        Slice = request.Slice,
        Outcome = SliceOutcome.Failed,
        Epoch = guard.Epoch - 1,
        Step = 0,
        Metrics = new Dictionary<string, double>(),
        Usage = guard.Used with { Epochs = guard.Epoch - 1 - request.FromEpoch },
        Reason = exceeded + "; its worker did not stop at once, and was killed",
    };

    private async Task<SliceResult> ReceiveAsync(LimitGuard? guard, CancellationToken cancellation)
    {
        var epochs = request.FromEpoch;
        try
        {
            while (true)
            {
                switch (await worker.ReceiveAsync(cancellation))
                {
                    case EpochMessage epoch:
                        epochs = epoch.Report.Epoch;
                        guard?.Epoch = epochs + 1;
                        report(epoch.Report);
                        break;
                    case SliceMessage slice:
                        return slice.Result;
                    case FaultMessage fault:
                        throw new WorkerFaultException(fault.Message, fault.IsFull);
                    case var other:
                        throw await worker.LoseAsync($"it answered a slice with {other}");
                }
            }
        }
        catch (WorkerLostException lost)
        {
            lost.Epochs = epochs;
            throw;
        }
    }

    /// <summary>Gives a worker the time to write a checkpoint, so that what it did since the last one is not lost.</summary>
    private async Task LeaveAsync()
    {
        using var patience = new CancellationTokenSource(Farewell, time);
        try
        {
            await worker.SendAsync(new StopMessage(), patience.Token);
            await ReceiveAsync(guard: null, patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WorkerException)
        {
            // It ends with the process; the slice runs again from the checkpoint before.
        }
    }
}
