using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Workers.Telemetry;

/// <summary>Tells what becomes of a slice on its worker.</summary>
internal sealed class ToldSlice(WorkerPool pool, SliceRequest request, ILogger logger, TimeProvider time)
{
    public async Task<SliceResult> RunAsync(Func<Task<SliceResult>> run)
    {
        logger.SliceStarted(pool.Name, request.Experiment, request.Trial, request.Slice, request.FromEpoch, request.ToEpoch);
        var start = time.GetTimestamp();
        try
        {
            var result = await run();
            PoolMetrics.Ran(pool.Name, result.Outcome, time.GetElapsedTime(start));
            logger.SliceEnded(request.Experiment, request.Trial, request.Slice, result.Epoch, result.Outcome);
            return result;
        }
        catch (WorkerLostException lost)
        {
            PoolMetrics.Ran(pool.Name, SliceOutcome.Lost, time.GetElapsedTime(start));
            PoolMetrics.Lost(pool.Name);
            logger.WorkerLost(pool.Name, request.Experiment, request.Trial, request.Slice, lost.Message);
            throw;
        }
        catch (Exception exception) when (exception is OperationCanceledException or WorkerFaultException)
        {
            PoolMetrics.Left(pool.Name, time.GetElapsedTime(start));
            logger.SliceLeft(request.Experiment, request.Trial, request.Slice);
            throw;
        }
    }
}
