using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Stages;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>The stages of a cut, each on the processor of its unit.</summary>
internal sealed class UnitStages : IDisposable
{
    private readonly CpuProcessor[] processors;
    private readonly Stage[] stages;
    private readonly Schedule schedule;
    private readonly long otherBytes;

    /// <param name="loss">What is minimised.</param>
    /// <param name="parallel">The units.</param>
    /// <param name="tensors">Of the whole model.</param>
    /// <param name="optimizer">Of the whole model.</param>
    /// <param name="layout">Which part of it each stage is.</param>
    /// <param name="batch">The most samples of a batch.</param>
    public UnitStages(Loss loss, PipelineParallelSpec parallel, ModelTensors tensors, Optimizer optimizer, StageLayout layout, int batch)
    {
        schedule = layout.Schedule;
        Units = [.. layout.UnitOrder.Select(unit => parallel.Units[unit])];
        Names = [.. layout.UnitOrder.Select(unit => $"unit {unit}")];
        processors = [.. Units.Select(_ => new CpuProcessor(1))];
        stages = [.. layout.Parts.Select((part, number) => new Stage(
            number, processors[schedule.UnitOf(number)], part, tensors, optimizer,
            new StageOptions(
                PipelineBatch.MostOf(batch, parallel.MicroBatches), schedule.MostInFlight(number), IsFirst: number == 0,
                number == layout.Parts.Count - 1 ? loss : null, schedule.SplitsBackward)))];
        for (var stage = 1; stage < stages.Length; stage++)
            stages[stage].Before = stages[stage - 1];
        otherBytes = sizeof(float) * (2 * tensors.Parameters.Sum(parameter => parameter.Shape.Size) + optimizer.State.Sum(state => state.Shape.Size));
    }

    /// <summary>In the order in which the schedule has them.</summary>
    public IReadOnlyList<PipelineUnitSpec> Units { get; }

    /// <summary>Of the units, as a user knows them.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Memory of the values of all stages, of parameters and their gradients, and of what the optimizer carries.</summary>
    public long Bytes => stages.Sum(stage => stage.Bytes) + otherBytes;

    public void Run(Instruction instruction, PipelineBatch batch, GapGate? gate)
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

    /// <summary>Moves the parameters of a unit's stages, in a step that the optimizer has begun.</summary>
    public void Move(int unit, GapGate? gate)
    {
        foreach (var stage in stages.Where((_, number) => schedule.UnitOf(number) == unit))
            stage.Move(gate);
    }

    public void Dispose()
    {
        foreach (var processor in processors)
            processor.Dispose();
    }
}
