using System.Collections.Concurrent;

namespace DurableTrainer.Api.Http;

/// <summary>
/// Answers that many ask for again and again, each made once for all who ask within moments: hundreds who poll cost little more than one.
/// </summary>
internal sealed class RecentAnswers
{
    /// <summary>How old an answer may be, as far as nothing tells that it is outdated.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromMilliseconds(250);

    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, Answer> answers = new(StringComparer.Ordinal);

    /// <param name="key">What is asked for.</param>
    /// <param name="version">What it is made of: an answer made of another object is outdated.</param>
    /// <param name="make">Makes the answer; for everyone who waits, so that nobody who leaves ends it.</param>
    public Task<Representation> GetAsync(string key, object version, Func<Task<Representation>> make)
    {
        var now = TimeProvider.System.GetTimestamp();
        if (answers.TryGetValue(key, out var known)
            && ReferenceEquals(known.Version, version)
            && TimeProvider.System.GetElapsedTime(known.MadeAt, now) < Oldest
            && !known.Content.Value.IsFaulted)
        {
            return known.Content.Value;
        }

        if (answers.Count >= Most)
            answers.Clear();
        // There before it is made: what is forgotten meanwhile is not kept.
        var answer = answers[key] = new Answer(version, now, new Lazy<Task<Representation>>(make));
        return answer.Content.Value;
    }

    public void Forget(string key) => answers.TryRemove(key, out _);

    private sealed record Answer(object Version, long MadeAt, Lazy<Task<Representation>> Content);
}
