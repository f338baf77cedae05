using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace DurableTrainer.Functions.Triggers;

/// <summary>Activities, under the names by which they are called. Those of the pool have a point in theirs, which no function may.</summary>
internal sealed class ActivityTriggers(Workflows workflows)
{
    private const string RunSliceName = "RunSlice." + Workflows.Pool;
    private const string EvaluateName = "Evaluate." + Workflows.Pool;

    [Function(nameof(LoadPlan))]
    public Task<object?> LoadPlan([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(ReadQuota))]
    public Task<object?> ReadQuota([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(MeasureStorage))]
    public Task<object?> MeasureStorage([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(RecordEvents))]
    public Task<object?> RecordEvents([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(EndTrial))]
    public Task<object?> EndTrial([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(DeleteMilestones))]
    public Task<object?> DeleteMilestones([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(RaiseStopFlag))]
    public Task<object?> RaiseStopFlag([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(ReadTrial))]
    public Task<object?> ReadTrial([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(ReadChampion))]
    public Task<object?> ReadChampion([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(Challenge))]
    public Task<object?> Challenge([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(EndExperiment))]
    public Task<object?> EndExperiment([ActivityTrigger] JsonElement call, string instanceId) => workflows.RunAsync(instanceId, call);

    [Function(nameof(RunSlice))]
    public Task<object?> RunSlice([ActivityTrigger(Activity = RunSliceName)] JsonElement call, string instanceId) =>
        workflows.RunAsync(instanceId, call, RunSliceName);

    [Function(nameof(Evaluate))]
    public Task<object?> Evaluate([ActivityTrigger(Activity = EvaluateName)] JsonElement call, string instanceId) =>
        workflows.RunAsync(instanceId, call, EvaluateName);
}
