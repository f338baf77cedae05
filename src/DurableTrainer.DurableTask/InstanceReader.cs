using DurableTrainer.Durable;
using Microsoft.DurableTask.Client;

namespace DurableTrainer.DurableTask;

/// <summary>Instances of Durable Task as the durable surface shows them.</summary>
internal static class InstanceReader
{
    public static InstanceState Read(OrchestrationMetadata found)
    {
        var status = Enum.Parse<InstanceStatus>(found.RuntimeStatus.ToString());
        var failure = status switch
        {
            InstanceStatus.Failed => TaskFailures.Read(found.FailureDetails),
            InstanceStatus.Terminated => new Failure(TaskFailures.Terminated, DurableJson.Deserialize<string?>(found.SerializedOutput) ?? ""),
            _ => null,
        };
        return new(
            found.InstanceId, found.Name, status, found.CreatedAt, found.LastUpdatedAt, found.SerializedInput,
            status == InstanceStatus.Completed ? found.SerializedOutput : null, found.SerializedCustomStatus, failure);
    }

    public static OrchestrationRuntimeStatus Write(InstanceStatus status) => Enum.Parse<OrchestrationRuntimeStatus>(status.ToString());
}
