using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>
/// An update as it was applied: a line of the log. Gradients follow from the parameters that they were taken at and the batch, so that the
/// log of a trial says all that its weights follow from.
/// </summary>
/// <param name="Version">Of the parameters after it; learners of a synchronous round share it.</param>
/// <param name="Epoch">Of the trial, counted from 1.</param>
/// <param name="Learner">Who computed it.</param>
/// <param name="Batch">Of the epoch, counted from 0.</param>
/// <param name="Base">Version of the parameters that the gradient was taken at.</param>
/// <param name="Rate">The learning rate that it was applied with, scaled.</param>
/// <param name="Scale">c, by which it was scaled.</param>
/// <param name="Learners">How many there were.</param>
public sealed record UpdateRecord(long Version, int Epoch, int Learner, int Batch, long Base, double Rate, double Scale, int Learners)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Updates that had been applied since the parameters that the gradient was taken at.</summary>
    [JsonIgnore]
    public long Staleness => Version - 1 - Base;

    public string ToLine() => JsonSerializer.Serialize(this, Options);

    /// <exception cref="JsonException">The line is not that of an update.</exception>
    public static UpdateRecord Parse(string line) =>
        JsonSerializer.Deserialize<UpdateRecord>(line, Options) ?? throw new JsonException("The line holds null.");
}
