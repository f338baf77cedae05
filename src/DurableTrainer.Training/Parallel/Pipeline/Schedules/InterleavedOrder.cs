namespace DurableTrainer.Training.Parallel.Pipeline.Schedules;

/// <summary>
/// One forward, one back, with v thin stages on each of p units: p micro-batches pass the first stage of a unit, the same p the second one, and
/// so on, then the next p (Narayanan et al. 2021, "Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM", section
/// 2.2.2). There m must be a multiple of p. Here any m will do: the order is that of the next multiple, without the micro-batches that there are
/// not. What is left waits for nothing that was left out, and takes no longer than all would.
/// </summary>
internal static class InterleavedOrder
{
    public static IEnumerable<Instruction> Of(int unit, int units, int microBatches, int stagesPerUnit)
    {
        var passes = (microBatches + units - 1) / units * units * stagesPerUnit;
        // Twice the units behind, as the stage behind of the next round is on the first unit again, and the rounds before the last.
        var ahead = Math.Min((units - 1 - unit) * 2 + (stagesPerUnit - 1) * units, passes);
        return Enumerable.Range(0, passes + ahead).SelectMany(Turn).Where(instruction => instruction.MicroBatch < microBatches);

        IEnumerable<Instruction> Turn(int forward)
        {
            if (forward < passes)
                yield return Pass(InstructionKind.Forward, forward);
            if (forward >= ahead)
                yield return Pass(InstructionKind.Backward, forward - ahead);
        }

        Instruction Pass(InstructionKind kind, int number)
        {
            var (group, within) = Math.DivRem(number, units * stagesPerUnit);
            var (round, member) = Math.DivRem(within, units);
            if (kind == InstructionKind.Backward)
                round = stagesPerUnit - 1 - round;
            return new Instruction(kind, round * units + unit, group * units + member);
        }
    }
}
