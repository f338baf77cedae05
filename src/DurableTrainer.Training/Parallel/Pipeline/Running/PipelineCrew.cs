using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Stages;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>The units of a pipeline with the stages that they have, and what they do for a batch: all of it, one instruction after the other.</summary>
internal sealed class PipelineCrew : IDisposable
{
    private readonly IReadOnlyList<PipelineUnitSpec> units;
    private readonly CpuProcessor[] processors;
    private readonly Stage[] stages;
    private readonly InstructionPlan plan;
    private readonly Progress progress;
    private readonly UnitThreads threads;
    private readonly PipelineSurroundings surroundings;
    private readonly Optimizer optimizer;
    private readonly TimeSpan[] owed;

    /// <param name="loss">What is minimised.</param>
    /// <param name="parallel">The units.</param>
    /// <param name="tensors">Of the whole model.</param>
    /// <param name="optimizer">Of the whole model.</param>
    /// <param name="layout">Which part of it each stage is.</param>
    /// <param name="batch">The most samples of a batch.</param>
    /// <param name="surroundings">What it lives in.</param>
    public PipelineCrew(
        Loss loss, PipelineParallelSpec parallel, ModelTensors tensors, Optimizer optimizer, StageLayout layout, int batch, PipelineSurroundings surroundings)
    {
        (this.optimizer, this.surroundings) = (optimizer, surroundings);
        units = [.. layout.UnitOrder.Select(unit => parallel.Units[unit])];
        owed = new TimeSpan[units.Count];
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
        threads = new UnitThreads(units.Count);
    }

    public InstructionPlan Plan => plan;

    public Progress Progress => progress;

    /// <summary>Sends a batch forward and back. The gradients of all its samples are left in the parameters.</summary>
    public void Run(PipelineBatch batch)
    {
        progress.Clear();
        threads.Run(unit => Run(unit, batch));
    }

    /// <summary>Moves the parameters of every stage.</summary>
    public void Move(long step, double rate)
    {
        optimizer.Begin(step, rate);
        threads.Run(unit =>
        {
            foreach (var stage in StagesOf(unit))
                stage.Move(gate: null);
        });
    }

    public void Dispose()
    {
        threads.Dispose();
        progress.Dispose();
        foreach (var processor in processors)
            processor.Dispose();
    }

    private IEnumerable<Stage> StagesOf(int unit) => stages.Where((_, number) => plan.Schedule.UnitOf(number) == unit);

    private void Run(int unit, PipelineBatch batch)
    {
        try
        {
            foreach (var number in plan.ByUnit[unit])
            {
                progress.Await(unit, number);
                var start = surroundings.Time.GetTimestamp();
                progress.Start(number, start);
                Do(plan.Instructions[number], batch, gate: null);
                Rest(unit, surroundings.Time.GetElapsedTime(start));
                progress.Finish(number, surroundings.Time.GetTimestamp());
            }
        }
        catch
        {
            progress.Break();
            throw;
        }
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
