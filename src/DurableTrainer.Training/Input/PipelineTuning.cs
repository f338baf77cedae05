using DurableTrainer.Core.Trials;

namespace DurableTrainer.Training.Input;

/// <summary>Holds what was measured of a running pipeline against the tuner, and remembers what it changed.</summary>
internal sealed class PipelineTuning(IReadOnlyList<StageWorkers> stages, TimeProvider time)
{
    /// <summary>Shorter batches than this say little by themselves.</summary>
    private const int LeastSamples = 16;

    private readonly InputTuner tuner = new(stages.Count);
    private readonly List<InputChange> changes = [];
    private long returned;
    private double trainingSeconds, trainedSamples;
    private int batches;

    /// <summary>What was changed since the pipeline was made.</summary>
    public IReadOnlyList<InputChange> Changes => changes;

    /// <summary>How many processors the pipeline may keep busy.</summary>
    public double Processors { get; set; } = 1;

    /// <summary>Training comes for a batch: until now, it was busy with the one before.</summary>
    /// <param name="before">Samples of that one; 0 when there was none.</param>
    public void BatchIsWanted(int before)
    {
        // What is run for the first time is compiled, which says nothing about how long it takes.
        if (before == 0 || ++batches <= 1)
            return;
        trainingSeconds += time.GetElapsedTime(returned).TotalSeconds;
        trainedSamples += before;
    }

    /// <summary>Training has its batch and goes to work.</summary>
    /// <param name="epoch">Epochs that are done.</param>
    /// <param name="samples">Of the batch.</param>
    public void BatchIsTaken(int epoch, int samples)
    {
        if (batches == 0)
        {
            foreach (var stage in stages)
                stage.Meter.Clear();
        }
        else if (trainedSamples > 0)
        {
            Decide(epoch, Math.Max(samples, LeastSamples));
        }

        returned = time.GetTimestamp();
    }

    private void Decide(int epoch, int least)
    {
        var measured = new List<StageMeasure>();
        foreach (var stage in stages)
        {
            if (stage.Meter.Read(stage.Stage, stage.Count, least) is not { } measure)
                return;
            measured.Add(measure);
        }

        foreach (var (stage, workers, reason) in tuner.Decide(measured, trainedSamples / trainingSeconds, Processors))
        {
            stages[stage].Set(workers);
            changes.Add(new InputChange(epoch, stages[stage].Stage.Name, workers, reason));
        }

        foreach (var stage in stages)
            stage.Meter.Fade();
        (trainingSeconds, trainedSamples) = (trainingSeconds / 2, trainedSamples / 2);
    }
}
