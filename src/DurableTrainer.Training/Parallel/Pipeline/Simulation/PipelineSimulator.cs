using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Parallel.Pipeline.Simulation;

/// <summary>
/// Runs a schedule in simulated seconds: an instruction begins when its unit is done with the one before and when all that it needs is there.
/// </summary>
internal static class PipelineSimulator
{
    /// <param name="schedule">What each unit does.</param>
    /// <param name="stages">What each stage takes for a micro-batch, on the unit that has it.</param>
    /// <param name="hop">Seconds that a value is on its way from one unit to another; neither of the two is busy with it.</param>
    /// <returns>One iteration, the first instruction at 0.</returns>
    /// <exception cref="InvalidOperationException">Units wait for each other for ever: the schedule has a circle.</exception>
    public static Timeline Run(Schedule schedule, IReadOnlyList<StageCost> stages, double hop = 0)
    {
        if (stages.Count != schedule.Stages)
            throw new ArgumentException($"There are {schedule.Stages} stages, and costs of {stages.Count}.", nameof(stages));
        return new Course(schedule, stages, hop).Run();
    }

    /// <summary>
    /// A unit goes on as far as it can, and when it hands something over, it is the turn of the unit that waited for it. When things happen does
    /// not depend on whose turn it is, and every instruction is looked at once or twice.
    /// </summary>
    private sealed class Course(Schedule schedule, IReadOnlyList<StageCost> stages, double hop)
    {
        private readonly List<TimelineSpan>[] spans = [.. schedule.ByUnit.Select(instructions => new List<TimelineSpan>(instructions.Count))];
        private readonly double?[] forward = new double?[schedule.Stages * schedule.MicroBatches];
        private readonly double?[] backward = new double?[schedule.Stages * schedule.MicroBatches];
        private readonly Queue<int> turns = new(Enumerable.Range(0, schedule.Units));

        public Timeline Run()
        {
            while (turns.TryDequeue(out var unit))
                Advance(unit);
            for (var unit = 0; unit < spans.Length; unit++)
            {
                if (spans[unit].Count < schedule.ByUnit[unit].Count)
                    throw new InvalidOperationException($"Unit {unit} waits for ever before {schedule.ByUnit[unit][spans[unit].Count]}.");
            }

            return new Timeline(spans, spans.Max(list => list.Count == 0 ? 0 : list[^1].End));
        }

        private void Advance(int unit)
        {
            var (instructions, done) = (schedule.ByUnit[unit], spans[unit]);
            var free = done.Count == 0 ? 0 : done[^1].End;
            while (done.Count < instructions.Count && ReadyAt(instructions[done.Count]) is { } ready)
            {
                var instruction = instructions[done.Count];
                var start = Math.Max(free, ready);
                free = start + Seconds(instruction);
                done.Add(new TimelineSpan(start, free, instruction));
                HandOver(instruction, free);
            }
        }

        /// <summary>When all is there that an instruction needs; null as long as it is not known.</summary>
        private double? ReadyAt(Instruction instruction)
        {
            var ready = 0.0;
            foreach (var need in schedule.Needs(instruction))
            {
                if (EndsOf(need.Kind)[At(need)] is not { } end)
                    return null;
                ready = Math.Max(ready, end + (schedule.UnitOf(need.Stage) == schedule.UnitOf(instruction.Stage) ? 0 : hop));
            }

            return ready;
        }

        private void HandOver(Instruction instruction, double end)
        {
            if (instruction.Kind == InstructionKind.BackwardWeights)
                return;
            EndsOf(instruction.Kind)[At(instruction)] = end;
            var next = instruction.Kind == InstructionKind.Forward ? instruction.Stage + 1 : instruction.Stage - 1;
            if (next >= 0 && next < schedule.Stages)
                turns.Enqueue(schedule.UnitOf(next));
        }

        private double Seconds(Instruction instruction) => instruction.Kind switch
        {
            InstructionKind.Forward => stages[instruction.Stage].Forward,
            InstructionKind.Backward => stages[instruction.Stage].Backward,
            InstructionKind.BackwardInputs => stages[instruction.Stage].BackwardInputs,
            _ => stages[instruction.Stage].BackwardWeights,
        };

        private double?[] EndsOf(InstructionKind kind) => kind == InstructionKind.Forward ? forward : backward;

        private int At(Instruction instruction) => instruction.Stage * schedule.MicroBatches + instruction.MicroBatch;
    }
}
