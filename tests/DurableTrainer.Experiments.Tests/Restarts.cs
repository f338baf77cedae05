namespace DurableTrainer.Experiments.Tests;

/// <summary>Experiments whose host ends again and again.</summary>
internal static class Restarts
{
    /// <summary>Submits an experiment, and ends its host each time that it comes to one of <paramref name="trials"/>.</summary>
    /// <param name="open">Makes the next host on the same data; not started.</param>
    /// <param name="trials">Numbers of trials in ascending order.</param>
    /// <returns>The last host, in which the experiment has ended.</returns>
    public static async Task<Laboratory> EndAfterAsync(Func<Laboratory> open, IReadOnlyList<int> trials)
    {
        foreach (var trial in trials)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var lab = open();
            var work = lab.RunSlice;
            lab.RunSlice = async (slice, stop) =>
            {
                if (slice.Trial < trial)
                    return await work(slice, stop);
                reached.TrySetResult();
                return await lab.UntilStoppedAsync(slice, stop);
            };
            await lab.StartAsync(onDisk: true);
            if (trial == trials[0])
                await lab.Client.SubmitAsync(lab.Experiment);
            await reached.Task;
        }

        var last = open();
        await last.StartAsync(onDisk: true);
        await last.EndAsync("curve-1");
        return last;
    }
}
