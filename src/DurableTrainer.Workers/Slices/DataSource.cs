using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Training.Data;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Workers.Slices;

/// <summary>Where an experiment's data lies and what it held when the experiment started: the artifact <c>data.json</c>.</summary>
/// <param name="Folder">The folder that data paths of the spec are relative to.</param>
/// <param name="Sha256">Hash of the files' bytes.</param>
/// <param name="Samples">How many there are.</param>
/// <param name="SampleShape">Shape of one, without the batch.</param>
/// <param name="Targets">How many targets one has.</param>
/// <param name="Text">What the numbers of a text stand for; null for other data.</param>
/// <param name="Files">The files that a command names, such as its script; null where no command trains.</param>
/// <param name="Skipped">Records that were left out because they are no samples; null when there are none.</param>
public sealed record DataSource(
    string Folder, string Sha256, int Samples, IReadOnlyList<int> SampleShape, int Targets = 1, TextUnits? Text = null,
    IReadOnlyList<string>? Files = null, SkippedRecords? Skipped = null)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <param name="folder">The folder that data paths of the spec are relative to.</param>
    /// <param name="dataset">What its files hold.</param>
    public static DataSource Of(string folder, Dataset dataset) =>
        new(folder, dataset.Sha256, dataset.Count, dataset.SampleShape, dataset.TargetSize, dataset.Text, Skipped: dataset.Skipped);

    /// <param name="folder">The folder of the spec's file.</param>
    /// <param name="files">The files that a command names there.</param>
    public static DataSource Of(string folder, IReadOnlyList<string> files) =>
        new(folder, CommandFiles.HashOf(files, folder), 0, [], Files: files);

    /// <summary>What the hash is of, for messages.</summary>
    [JsonIgnore]
    public string Subject => Files switch
    {
        null => "data",
        [] => "command",
        _ => $"command ({string.Join(", ", Files)})",
    };

    /// <exception cref="DataException">It is damaged.</exception>
    public static DataSource Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<DataSource>(json, Options) ?? throw new DataException("The artifact data.json is empty.");
        }
        catch (JsonException exception)
        {
            throw new DataException($"The artifact data.json is damaged: {exception.Message}", exception);
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="CommandRefusedException">A file that a command names has changed since the experiment started.</exception>
    public void VerifyFiles()
    {
        if (Files is not null && CommandFiles.HashOf(Files, Folder) != Sha256)
        {
            throw new CommandRefusedException(
                $"What the command runs in '{Folder}' has changed since the experiment started ({string.Join(", ", Files)}). " +
                "Put the old files back to go on, or start a new experiment.");
        }
    }

    /// <exception cref="DataException">The data has changed since the experiment started.</exception>
    public void Verify(Dataset dataset)
    {
        if (dataset.Sha256 != Sha256)
        {
            throw new DataException(
                $"The data in '{Folder}' has changed since the experiment started (SHA-256 was {Sha256[..12]}…, is {dataset.Sha256[..12]}…). " +
                "Put the old file back to go on, or start a new experiment.");
        }
    }
}
