using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Stages;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>The units of a pipeline with the stages that they have, and what they do for a batch: all of it, one instruction after the other.</summary>
internal sealed class PipelineCrew : IDisposable
{
    private readonly IReadOnlyList<PipelineUnitSpec> units;
    private readonly CpuProcessor[] processors;
    private readonly Stage[] stages;
    private readonly InstructionPlan plan;
    private readonly Progress progress;
    private readonly PipelineWatch watch;
    private readonly PipelineFill? fill;
    private readonly PipelineSurroundings surroundings;
    private readonly Optimizer optimizer;
    private readonly string[] names;
    private readonly TimeSpan[] owed;
    private readonly long parameters;
    private UnitThreads threads;

    /// <param name="loss">What is minimised.</param>
    /// <param name="parallel">The units.</param>
    /// <param name="tensors">Of the whole model.</param>
    /// <param name="optimizer">Of the whole model.</param>
    /// <param name="layout">Which part of it each stage is.</param>
    /// <param name="batch">The most samples of a batch.</param>
    /// <param name="surroundings">What it lives in.</param>
    /// <param name="openFill">Makes what it is to others, from what is foretold of its batches and from its bytes; null where there are none.</param>
    public PipelineCrew(
        Loss loss, PipelineParallelSpec parallel, ModelTensors tensors, Optimizer optimizer, StageLayout layout, int batch, PipelineSurroundings surroundings,
        Func<PipelineWatch, long, PipelineFill?> openFill)
    {
        (this.optimizer, this.surroundings) = (optimizer, surroundings);
        units = [.. layout.UnitOrder.Select(unit => parallel.Units[unit])];
        names = [.. layout.UnitOrder.Select(unit => $"unit {unit}")];
        owed = new TimeSpan[units.Count];
        parameters = tensors.Parameters.Sum(parameter => parameter.Shape.Size);
        var schedule = layout.Schedule;
        processors = [.. units.Select(_ => new CpuProcessor(1))];
        stages = [.. layout.Parts.Select((part, number) => new Stage(
            number, processors[schedule.UnitOf(number)], part, tensors, optimizer,
            new StageOptions(
                PipelineBatch.MostOf(batch, parallel.MicroBatches), schedule.MostInFlight(number), IsFirst: number == 0,
                number == layout.Parts.Count - 1 ? loss : null, schedule.SplitsBackward)))];
        for (var stage = 1; stage < stages.Length; stage++)
            stages[stage].Before = stages[stage - 1];
        plan = new InstructionPlan(schedule);
        progress = new Progress(plan);
        watch = new PipelineWatch(plan, surroundings.Time);
        fill = openFill(watch, Bytes);
        threads = new UnitThreads(units.Count, yield: false);
    }

    public int Units => units.Count;

    public PipelineWatch Watch => watch;

    /// <summary>What the trial is to others whose gaps it uses, or who use its; null where there are none.</summary>
    public PipelineFill? Fill => fill;

    /// <summary>The last batches, foretold and measured; null before there was one of full size.</summary>
    public PipelineTimeline? TimelineOf(int trial) =>
        MeasuredTimeline.Of(trial, plan, watch, names, fill?.Spans ?? [], surroundings.Time.TimestampFrequency);

    /// <summary>Memory of the values of all stages, of parameters and their gradients, and of what the optimizer carries.</summary>
    private long Bytes => stages.Sum(stage => stage.Bytes) + sizeof(float) * (2 * parameters + optimizer.State.Sum(state => state.Shape.Size));

    /// <summary>Sends a batch forward and back. The gradients of all its samples are left in the parameters.</summary>
    public void Run(PipelineBatch batch)
    {
        fill?.Begin();
        SeeToRank();
        watch.Begin();
        progress.Clear();
        threads.Run(unit => Run(unit, batch));
        // Smaller batches say little about those of full size.
        if (batch.Count < batch.Most)
            return;
        var record = BatchRecord.Of(progress, plan.Instructions.Count, isFilled: fill?.IsFilled == true);
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
            foreach (var stage in StagesOf(unit))
                stage.Move(gate);
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
        foreach (var processor in processors)
            processor.Dispose();
    }

    private IEnumerable<Stage> StagesOf(int unit) => stages.Where((_, number) => plan.Schedule.UnitOf(number) == unit);

    /// <summary>Who fills yields to who is filled. Threads that do cannot go back, so that others take their place.</summary>
    private void SeeToRank()
    {
        var yield = surroundings.FillersYield && fill?.IsFilling == true;
        if (yield == threads.Yield)
            return;
        threads.Dispose();
        threads = new UnitThreads(units.Count, yield);
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
                Do(plan.Instructions[number], batch, gate);
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

    private void Do(Instruction instruction, PipelineBatch batch, GapGate? gate)
    {
        var stage = stages[instruction.Stage];
        switch (instruction.Kind)
        {
            case InstructionKind.Forward:
                stage.Forward(batch, instruction.MicroBatch, gate);
                break;
            case InstructionKind.Backward:
                stage.Backward(batch, instruction.MicroBatch, gate);
                break;
            case InstructionKind.BackwardInputs:
                stage.BackwardInputs(batch, instruction.MicroBatch, gate);
                break;
            case InstructionKind.BackwardWeights:
                stage.BackwardWeights(batch, instruction.MicroBatch, gate);
                break;
        }
    }

    /// <summary>A throttled unit rests after its work; systems do not rest for less than a while, so that shorter rests are put together.</summary>
    private void Rest(int unit, TimeSpan worked)
    {
        if (units[unit].DutyCycle == 1)
            return;
        owed[unit] += worked * (1 / units[unit].DutyCycle - 1);
        if (owed[unit] < PipelineSurroundings.ShortestRest)
            return;
        surroundings.Rest(owed[unit]);
        owed[unit] = TimeSpan.Zero;
    }
}
