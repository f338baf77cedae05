using System.Text.Json;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>What a checkpoint carries of learners and their server, as text.</summary>
internal static class AsyncState
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write(LedgerState state) => JsonSerializer.Serialize(state, Options);

    /// <exception cref="CheckpointException">It is not what was written.</exception>
    public static LedgerState Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<LedgerState>(text, Options) ?? throw new CheckpointException("'async' of the metadata is null.");
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"'async' of the metadata cannot be read: {exception.Message}", exception);
        }
    }
}
