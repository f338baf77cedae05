using System.Security.Cryptography;
using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Submission;

/// <summary>
/// Submissions that a client may repeat: however often one with the same key comes, even at once or after a crash in its middle, it makes one
/// experiment.
/// </summary>
public sealed class Submissions(ExperimentClient experiments, ArtifactStore store)
{
    /// <summary>As long as a key may be.</summary>
    public const int LongestKey = 255;

    /// <summary>Those of the same key take turns; those of others mostly do not wait for each other.</summary>
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <returns>The id of the experiment that an earlier submission with this key made; null when there was none.</returns>
    /// <exception cref="KeyReusedException">It was for another spec.</exception>
    public async Task<string?> FindAsync(PreparedExperiment experiment, string key, CancellationToken cancellation = default) =>
        await store.ReadJsonAsync<SubmissionRecord>(ArtifactPaths.Submission(NameOf(key)), cancellation) is { } record
            ? Same(record, experiment, key).Experiment
            : null;

    /// <summary>Submits an experiment, unless that was done before with the same key.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="KeyReusedException">The key was used for another spec, or for an experiment that is deleted.</exception>
    /// <exception cref="SpecException">An experiment that it is to start from cannot be started from; nothing was stored.</exception>
    public async Task<string> SubmitAsync(PreparedExperiment experiment, string key, CancellationToken cancellation = default)
    {
        var name = NameOf(key);
        var turn = turns[Convert.FromHexString(name)[0] % turns.Length];
        await turn.WaitAsync(cancellation);
        try
        {
            var path = ArtifactPaths.Submission(name);
            if (await store.ReadJsonAsync<SubmissionRecord>(path, cancellation) is not { } record)
            {
                record = new SubmissionRecord(await experiments.ClaimAsync(experiment, cancellation), HashOf(experiment));
                // From here on the experiment belongs to the key, and a repetition completes what a crash leaves undone.
                if (!await store.TryCreateAsync(path, ArtifactJson.WriteFile(record), cancellation))
                {
                    // The one file that was written: from then on the id may be another's, with all that it writes.
                    await store.DeleteAsync(ArtifactPaths.Data(record.Experiment), cancellation);
                    record = await store.RequireJsonAsync<SubmissionRecord>(path, cancellation);
                }
            }

            if (await store.ExistsAsync(ArtifactPaths.Deleted(Same(record, experiment, key).Experiment), cancellation))
                throw new KeyReusedException($"The idempotency key '{key}' was used for {record.Experiment}, which has been deleted. Submit with another key.");
            await experiments.CompleteSubmissionAsync(record.Experiment, experiment, cancellation);
            return record.Experiment;
        }
        finally
        {
            turn.Release();
        }
    }

    private static SubmissionRecord Same(SubmissionRecord record, PreparedExperiment experiment, string key) =>
        record.SpecSha256 == HashOf(experiment)
            ? record
            : throw new KeyReusedException($"The idempotency key '{key}' was used for another spec, of {record.Experiment}. Submit this one with another key.");

    private static string HashOf(PreparedExperiment experiment) => Hash(SpecReader.Write(experiment.Spec));

    /// <summary>A key may be any text, a file's name may not.</summary>
    private static string NameOf(string key) => Hash(key);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed record SubmissionRecord(string Experiment, string SpecSha256);
}

/// <summary>An idempotency key was used for something else.</summary>
public sealed class KeyReusedException(string message) : Exception(message);
