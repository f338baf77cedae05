using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Workers.Slices;

/// <summary>What the units of a pipelined trial did, as it was at the end of its last slice: for reports, and for viewers of traces.</summary>
internal static class TimelineFiles
{
    public static async Task WriteAsync(ArtifactStore store, SliceRequest request, ITrainingSession session)
    {
        if (session.Timeline is not { } timeline)
            return;
        await store.WriteAsync(ArtifactPaths.Trace(request.Experiment, request.Trial), ChromeTrace.Write(timeline));
        await store.WriteAsync(ArtifactPaths.Timeline(request.Experiment, request.Trial), JsonSerializer.SerializeToUtf8Bytes(timeline, SpecJson.Options));
    }
}
