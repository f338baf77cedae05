using System.Net.Http.Headers;
using System.Security.Cryptography;
using DurableTrainer.Api.Data;
using DurableTrainer.Api.Views;
using DurableTrainer.Experiments.Specs;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Cli.Sources;

/// <summary>Submits an experiment file to a server, and the data that it names, as far as the server does not have it.</summary>
internal sealed class RemoteSubmission(ApiClient client, TextWriter progress)
{
    private const int Attempts = 5;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    /// <param name="path">The experiment file.</param>
    /// <param name="key">What makes a repetition known; null for a new experiment in any case.</param>
    /// <param name="replaceData">Whether other data of the same path is replaced.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The experiment's id.</returns>
    public async Task<string> SubmitAsync(string path, string? key, bool replaceData, CancellationToken cancellation)
    {
        var data = new List<string>();
        // What is wrong with the file itself is told before anything is sent.
        SpecFile.Read(path, check: parts =>
        {
            data.AddRange(DataPaths.Of(parts).Select(named => named.Path).Distinct());
            return [];
        });
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var file in data.Where(DataPaths.IsBelowRoot).SelectMany(path => FilesOf(path, folder)))
            await UploadAsync(file, Path.Combine(folder, file), replaceData, cancellation);

        // With a key of its own, an answer that is lost on the way can be asked for again.
        key ??= RandomNumberGenerator.GetHexString(32, lowercase: true);
        var text = await File.ReadAllBytesAsync(path, cancellation);
        var type = Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" ? "application/yaml" : "application/json";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var content = new ByteArrayContent(text) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
                return (await client.PostAsync<Submitted>("api/experiments", content, cancellation, ("Idempotency-Key", key))).Id;
            }
            catch (ServerException exception) when (attempt < Attempts && exception.Problem is null or { Status: 429 or 503 })
            {
                await Task.Delay(BetweenAttempts * attempt, cancellation);
            }
        }
    }

    /// <summary>The file that a path names, or the data in the folder that it names.</summary>
    private static IEnumerable<string> FilesOf(string path, string folder)
    {
        var place = Path.Combine(folder, path);
        return File.Exists(place) ? [path]
            : Directory.Exists(place) ? Directory.EnumerateFiles(place).Select(file => $"{path}/{Path.GetFileName(file)}").Where(name => DataPaths.IsBelowRoot(name) && FolderOfFiles.MayHold(name)).Order(StringComparer.Ordinal)
            : [];
    }

    private async Task UploadAsync(string path, string file, bool replaceData, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(file);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
        var there = (await client.GetAsync<Page<DataFile>>($"api/data?path={Uri.EscapeDataString(path)}", cancellation)).Items is [var one, ..] ? one : null;
        if (there?.Sha256 == sha256)
            return;
        if (there is not null && !replaceData)
        {
            throw new UsageException(
                $"The server has other data at '{path}' (SHA-256 {there.Sha256[..12]}…, here {sha256[..12]}…). Experiments that use it would stop; replace it with --replace-data, or use another path.");
        }

        await progress.WriteLineAsync($"uploading {path} ({stream.Length} bytes)");
        stream.Position = 0;
        using var content = new StreamContent(stream) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream"), ContentLength = stream.Length } };
        await client.PutAsync("api/data/" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)), content, sha256, cancellation);
    }
}
