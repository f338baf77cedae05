using System.Text.Json;
using DurableTrainer.Durable;
using Microsoft.DurableTask;

namespace DurableTrainer.DurableTask;

/// <summary>An activity of the durable surface as one of Durable Task, with its bound on how many run at once in this process.</summary>
/// <param name="entry">What runs.</param>
/// <param name="stopping">Set when the host stops.</param>
public sealed class ActivityAdapter(ActivityEntry entry, CancellationToken stopping) : ITaskActivity, IDisposable
{
    private readonly SemaphoreSlim? places = entry.MaxConcurrency is { } most ? new(most) : null;

    public Type InputType => typeof(JsonElement?);

    public Type OutputType => typeof(JsonElement?);

    /// <param name="context">Who called.</param>
    /// <param name="input">What <see cref="ContextAdapter"/> sent: the attempt and the input, as a <see cref="JsonElement"/>.</param>
    /// <returns>The output as a <see cref="JsonElement"/>, or null.</returns>
    public Task<object?> RunAsync(TaskActivityContext context, object? input) => RunAsync(context.InstanceId, (JsonElement?)input);

    /// <param name="instanceId">The orchestration that called. A trigger function is told no more.</param>
    /// <param name="input">As above.</param>
    /// <returns>As above.</returns>
    public async Task<object?> RunAsync(string instanceId, JsonElement? input)
    {
        var call = Wire.Read<ActivityCall>(input);
        try
        {
            return await RunInPlaceAsync(new(instanceId, entry.Name, call.Attempt), call.Input);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Any answer would be the outcome. Without one, the call goes to another worker once its lease is over.
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            throw;
        }
    }

    public void Dispose() => places?.Dispose();

    private async Task<object?> RunInPlaceAsync(ActivityContext context, JsonElement? input)
    {
        if (places is not null)
            await places.WaitAsync(stopping);
        try
        {
            return Wire.Parse(await entry.Run(context, Wire.Text(input), stopping));
        }
        finally
        {
            places?.Release();
        }
    }
}

/// <summary>One attempt at an activity: Durable Task tells an activity its input only.</summary>
internal sealed record ActivityCall(int Attempt, JsonElement? Input);
