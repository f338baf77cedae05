using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>Calls of pools. Those of other processes may have no worker, and what nobody takes would wait for ever.</summary>
internal static class PoolCalls
{
    /// <summary>From the call to its answer, waiting for a worker included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <exception cref="ActivityFailedException">It failed, or no worker has answered in time.</exception>
    public static async Task<TOutput> CallPoolAsync<TInput, TOutput>(
        this OrchestrationContext context, ActivityName<TInput, TOutput> activity, string pool, TInput input, RetryPolicy? retry = null)
    {
        var call = context.CallAsync(activity.In(pool), input, retry);
        // The pool of the host itself needs no bound: its workers are there, or the host says why not.
        if (pool == QuotaSpec.DefaultPool)
            return await call;
        using var answered = new CancellationTokenSource();
        if (await Task.WhenAny(call, context.Timer(Patience, answered.Token)) != call)
        {
            throw new ActivityFailedException(activity.In(pool).Name, new Failure(
                typeof(TimeoutException).FullName!,
                $"no worker of pool '{pool}' has answered within {Patience.TotalHours:0} hours: see whether one runs and can reach its storage"));
        }

        answered.Cancel();
        return await call;
    }
}
