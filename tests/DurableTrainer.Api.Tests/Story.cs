using System.Text;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Api.Tests;

/// <summary>A store with experiments in it, and the events of their lives.</summary>
internal sealed class Story : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dtrain-api-");

    public Story() => Store = new FolderStore(folder.FullName);

    public FolderStore Store { get; }

    public static ExperimentSpec Spec { get; } = SpecReader.Read("""
        { "name": "digits", "objective": { "metric": "validation.loss" }, "space": [ { "name": "x", "type": "float", "min": 0, "max": 1 } ], "budget": { "trials": 7 },
          "training": { "data": { "type": "csv", "path": "digits.csv" }, "model": { "layers": [ { "type": "linear", "units": 2 } ] }, "loss": "crossEntropy" } }
        """);

    public static ExperimentEvent Started(int atSecond = 0) => Event("started", ExperimentEventType.ExperimentStarted) with { Time = Begin.AddSeconds(atSecond) };

    public static ExperimentEvent TrialStarted(int trial) =>
        Event($"trial-{trial}/started", ExperimentEventType.TrialStarted) with { Trial = trial, Point = PointOf(trial), Origin = "sobol" };

    public static ExperimentEvent SliceEnded(int trial, int slice, double? value) =>
        Event($"trial-{trial}/slice-{slice}", ExperimentEventType.SliceEnded) with { Trial = trial, Slice = slice, Epoch = slice + 1, Value = value, Message = "goes on" };

    public static ExperimentEvent TrialEnded(int trial, string status, double? value) =>
        Event($"trial-{trial}/ended", ExperimentEventType.TrialEnded) with { Trial = trial, Status = status, Epoch = 4, Value = value, Message = "is over" };

    public static ExperimentEvent Ended(int atSecond = 60) =>
        Event("ended", ExperimentEventType.ExperimentEnded) with { Time = Begin.AddSeconds(atSecond), Status = "completed" };

    public static Point PointOf(int trial) => new([new("x", trial / 10.0)]);

    public async Task SubmitAsync(string id, params ExperimentEvent[] events)
    {
        await Store.WriteAsync(ArtifactPaths.Spec(id), Encoding.UTF8.GetBytes(SpecReader.Write(Spec with { Name = ExperimentIds.NameOf(id) })));
        await LogAsync(id, events);
    }

    public Task LogAsync(string id, params ExperimentEvent[] events) =>
        Store.AppendAsync(ArtifactPaths.Events(id), [.. events.Select(ArtifactJson.WriteLine)]);

    public void Dispose() => folder.Delete(recursive: true);

    private static ExperimentEvent Event(string id, ExperimentEventType type) => new() { Id = id, Time = Begin, Type = type };
}
