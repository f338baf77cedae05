using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>A schedule with numbers in place of instructions, so that running it looks nothing up.</summary>
internal sealed class InstructionPlan
{
    private readonly int[] unitOf;

    public InstructionPlan(Schedule schedule)
    {
        Schedule = schedule;
        Instructions = [.. schedule.ByUnit.SelectMany(order => order)];
        var numbers = Instructions.Index().ToDictionary(one => one.Item, one => one.Index);
        ByUnit = [.. schedule.ByUnit.Select(order => order.Select(instruction => numbers[instruction]).ToArray())];
        unitOf = [.. Instructions.Select(instruction => schedule.UnitOf(instruction.Stage))];
        // What the unit itself did before is done in any case.
        Needs = [.. Instructions.Select((instruction, number) => schedule.Needs(instruction)
            .Select(needed => numbers[needed]).Where(needed => unitOf[needed] != unitOf[number]).Select(needed => (int?)needed).SingleOrDefault())];
        var waiting = new int?[Instructions.Count];
        foreach (var (number, needed) in Needs.Index())
        {
            if (needed is { } before)
                waiting[before] = unitOf[number];
        }

        WaitingUnit = waiting;
    }

    public Schedule Schedule { get; }

    /// <summary>All of them, unit after unit.</summary>
    public IReadOnlyList<Instruction> Instructions { get; }

    /// <summary>The numbers of each unit's instructions, in their order.</summary>
    public IReadOnlyList<int[]> ByUnit { get; }

    /// <summary>What another unit does before an instruction can be done.</summary>
    public IReadOnlyList<int?> Needs { get; }

    /// <summary>The unit that waits for an instruction of another.</summary>
    public IReadOnlyList<int?> WaitingUnit { get; }

    public int UnitOf(int instruction) => unitOf[instruction];
}
