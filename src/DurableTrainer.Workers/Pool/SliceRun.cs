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
        try
        {
            await worker.SendAsync(new RunSliceMessage(request with { Threads = share.Threads }, share.Reason), stop);
            granting = GrantAsync(seat.Shares);
            return await ReceiveAsync(stop);
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

    private async Task<SliceResult> ReceiveAsync(CancellationToken cancellation)
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
                        report(epoch.Report);
                        break;
                    case SliceMessage slice:
                        return slice.Result;
                    case FaultMessage fault:
                        throw new WorkerFaultException(fault.Message);
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
            await ReceiveAsync(patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WorkerException)
        {
            // It ends with the process; the slice runs again from the checkpoint before.
        }
    }
}
