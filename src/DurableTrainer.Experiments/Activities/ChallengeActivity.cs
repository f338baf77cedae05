using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Champions;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>
/// Puts a challenger in the champion's place, or leaves the champion in it, in one conditional write; and tells of it. False when the champion
/// is another than the one that the challenger was held against.
/// </summary>
internal sealed class ChallengeActivity(ArtifactStore store, EventLog events) : Activity<ChampionChallenge, bool>
{
    /// <summary>Challenges that a champion remembers.</summary>
    private const int Remembered = 100;

    public override async Task<bool> RunAsync(ActivityContext context, ChampionChallenge input, CancellationToken cancellation)
    {
        var name = ExperimentIds.NameOf(input.Experiment);
        var path = ArtifactPaths.Champion(name);
        while (true)
        {
            var content = await store.ReadAsync(path, cancellation);
            var champion = content is null ? null : ArtifactJson.Read<Champion>(content);
            if (champion?.Challenges.FirstOrDefault(challenge => challenge.Experiment == input.Experiment) is { } done)
            {
                await TellAsync(done, cancellation);
                return true;
            }

            if (champion?.Experiment != input.Rival?.Experiment)
                return false;
            var next = await NextAsync(name, champion, input, cancellation);
            var written = ArtifactJson.WriteFile(next);
            // Who comes too late looks again: the other may only have left its name.
            _ = content is null ? await store.TryCreateAsync(path, written, cancellation) : await store.TryReplaceAsync(path, content, written, cancellation);
        }
    }

    private async Task<Champion> NextAsync(string name, Champion? champion, ChampionChallenge input, CancellationToken cancellation)
    {
        var spec = await SpecArtifact.ReadAsync(store, input.Experiment, cancellation);
        var verdict = Verdict.Of(input.Terms.Promotion, spec.Objective[0], input.Terms.Metric, input.Value, input.Rival);
        var challenge = new Challenge
        {
            Experiment = input.Experiment,
            Trial = input.Trial,
            At = input.At,
            IsPromoted = verdict.IsPromoted,
            Metric = input.Terms.Metric,
            Value = input.Value,
            Against = input.Rival?.Experiment,
            AgainstValue = input.Rival?.Value,
            Reason = verdict.Reason,
        };
        IReadOnlyList<Challenge> challenges = [challenge, .. (champion?.Challenges ?? []).Take(Remembered - 1)];
        if (champion is not null && !verdict.IsPromoted)
            return champion with { Challenges = challenges };
        var trial = await store.RequireJsonAsync<TrialSummary>(ArtifactPaths.TrialSummary(input.Experiment, input.Trial), cancellation);
        return new Champion
        {
            Name = name,
            Experiment = input.Experiment,
            Trial = input.Trial,
            Point = ModelExport.LineageOf(trial)?[^1].Point ?? trial.Point,
            Metric = input.Terms.Metric,
            Value = input.Value,
            PromotedAt = input.At,
            Model = await PromotedModel.CopyAsync(store, name, input.Experiment, trial, cancellation),
            Challenges = challenges,
        };
    }

    private Task TellAsync(Challenge challenge, CancellationToken cancellation) => events.AppendAsync(
        challenge.Experiment,
        [
            new ExperimentEvent
            {
                Id = "challenged",
                Time = challenge.At,
                Type = ExperimentEventType.ChampionChallenged,
                Trial = challenge.Trial,
                Value = challenge.Value,
                Status = challenge.IsPromoted ? "promoted" : "kept",
                Message = challenge.Reason,
            },
        ],
        cancellation);
}
