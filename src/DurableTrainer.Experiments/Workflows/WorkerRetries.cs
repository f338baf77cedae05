using DurableTrainer.Durable;
using DurableTrainer.Workers;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>When a call of a worker is tried again: after the worker was lost, which says nothing about the work.</summary>
internal static class WorkerRetries
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    public static RetryPolicy Of(int retries) => new(retries + 1, FirstDelay, Handles: failure => failure.Is<WorkerLostException>());
}
