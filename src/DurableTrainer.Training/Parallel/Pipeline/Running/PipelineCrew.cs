using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>The units of a pipeline, and what they do for a batch: all of it, one instruction after the other.</summary>
internal sealed class PipelineCrew : IDisposable
{
    private readonly Optimizer optimizer;
    private readonly Func<StageLayout, UnitStages> stagesOf;
    private readonly InstructionPlan plan;
    private readonly Progress progress;
    private readonly PipelineWatch watch;
    private readonly PipelineFill? fill;
    private readonly PipelineSurroundings surroundings;
    private readonly TimeSpan[] owed;
    private UnitStages stages;
    private UnitThreads threads;
    private bool isReviewed = true;

    /// <param name="layout">Which part of the model each stage is.</param>
    /// <param name="optimizer">Moves the parameters.</param>
    /// <param name="stagesOf">Makes the stages of a layout.</param>
    /// <param name="surroundings">What it lives in.</param>
    /// <param name="openFill">Makes what it is to others, from what is foretold of its batches and from its bytes; null where there are none.</param>
    public PipelineCrew(
        StageLayout layout, Optimizer optimizer, Func<StageLayout, UnitStages> stagesOf, PipelineSurroundings surroundings,
        Func<PipelineWatch, long, PipelineFill?> openFill)
    {
        (this.optimizer, this.stagesOf, this.surroundings) = (optimizer, stagesOf, surroundings);
        stages = stagesOf(layout);
        plan = new InstructionPlan(layout.Schedule);
        owed = new TimeSpan[Units];
        progress = new Progress(plan);
        watch = new PipelineWatch(plan, surroundings.Time);
        fill = openFill(watch, stages.Bytes);
        threads = new UnitThreads(Units, yield: false);
    }

    public int Units => plan.ByUnit.Count;

    public PipelineWatch Watch => watch;

    /// <summary>What the trial is to others whose gaps it uses, or who use its; null where there are none.</summary>
    public PipelineFill? Fill => fill;

    /// <summary>Asked after each batch of full size, and before the next one: another layout from here on, or null.</summary>
    public Func<PipelineWatch, StageLayout?> Review { get; init; } = _ => null;

    /// <summary>The last batches, foretold and measured; null before there was one of full size.</summary>
    public PipelineTimeline? TimelineOf(int trial) =>
        MeasuredTimeline.Of(trial, plan, watch, stages.Names, fill?.Spans ?? [], surroundings.Time.TimestampFrequency);

    /// <summary>Sends a batch forward and back. The gradients of all its samples are left in the parameters.</summary>
    /// <exception cref="Processors.ProcessorException">There is no memory for another layout.</exception>
    public void Run(PipelineBatch batch)
    {
        if (!isReviewed && Review(watch) is { } layout)
            Take(layout);
        isReviewed = true;
        fill?.Begin();
        SeeToRank();
        watch.Begin();
        progress.Clear();
        threads.Run(unit => Run(unit, batch));
        // Smaller batches say little about those of full size.
        if (batch.Count < batch.Most)
            return;
        var record = BatchRecord.Of(progress, plan.Instructions.Count, isFilled: fill?.IsFilled == true);
        isReviewed = false;
        watch.Observe(record);
        fill?.Observe(record);
        surroundings.Observed?.Invoke(record);
    }

    /// <summary>Moves the parameters of every stage.</summary>
    public void Move(long step, double rate)
    {
        optimizer.Begin(step, rate);
        watch.Move();
        threads.Run(unit =>
        {
            var gate = fill?.GateOf(unit);
            stages.Move(unit, gate);
            gate?.Pause();
            if (watch.NextStart is { } next)
                fill?.Offer(unit, next + watch.Forecast.FirstStart(unit));
        });
    }

    public void Dispose()
    {
        threads.Dispose();
        progress.Dispose();
        fill?.Dispose();
        stages.Dispose();
    }

    /// <summary>Units have other parts of the model from here on; what they do for a batch, and when, is the same.</summary>
    private void Take(StageLayout layout)
    {
        // One after the other, as there may not be memory for both.
        stages.Dispose();
        stages = stagesOf(layout);
        watch.Forget();
    }

    /// <summary>Who fills yields to who is filled. Threads that do cannot go back, so that others take their place.</summary>
    private void SeeToRank()
    {
        var yield = surroundings.FillersYield && fill?.IsFilling == true;
        if (yield == threads.Yield)
            return;
        threads.Dispose();
        threads = new UnitThreads(Units, yield);
    }

    private void Run(int unit, PipelineBatch batch)
    {
        try
        {
            var gate = fill?.GateOf(unit);
            foreach (var number in plan.ByUnit[unit])
            {
                if (!progress.IsReady(number))
                    Wait(unit, gate, now => watch.Forecast.EndOf(plan.Needs[number]!.Value, progress, now));
                progress.Await(unit, number);
                fill?.Check(unit);
                var start = surroundings.Time.GetTimestamp();
                progress.Start(number, start);
                stages.Run(plan.Instructions[number], batch, gate);
                Rest(unit, surroundings.Time.GetElapsedTime(start));
                progress.Finish(number, surroundings.Time.GetTimestamp(), surroundings.FillersYield ? Thread.GetCurrentProcessorId() : unit);
            }

            Wait(unit, gate, now => watch.Forecast.End(progress, now));
        }
        catch
        {
            // Units of this trial that wait for gaps would wait for nothing, and the one whose gap this unit is in would wait for it.
            fill?.Release();
            progress.Break();
            throw;
        }
    }

    /// <summary>A unit begins to wait: it offers the gap that comes of it, or leaves the one that it is in.</summary>
    private void Wait(int unit, GapGate? gate, Func<long, long> until)
    {
        gate?.Pause();
        if (fill is { IsFilled: true } && watch.Times.IsKnown)
            fill.Offer(unit, until(surroundings.Time.GetTimestamp()));
    }

    /// <summary>A throttled unit rests after its work; systems do not rest for less than a while, so that shorter rests are put together.</summary>
    private void Rest(int unit, TimeSpan worked)
    {
        var duty = stages.Units[unit].DutyCycle;
        if (duty == 1)
            return;
        owed[unit] += worked * (1 / duty - 1);
        if (owed[unit] < PipelineSurroundings.ShortestRest)
            return;
        surroundings.Rest(owed[unit]);
        owed[unit] = TimeSpan.Zero;
    }
}
