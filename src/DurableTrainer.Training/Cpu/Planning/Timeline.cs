using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>
/// When each buffer of a plan is in use: steps forward at times 0, 1, …, then the loss, then the steps back. Where the two ways back are
/// apart, the second follows the first, so that gradients stay until both have read them.
/// </summary>
/// <param name="groups">The steps forward; those of a group at one time.</param>
/// <param name="back">The steps back.</param>
/// <param name="wayBack">Whether the two ways back are apart.</param>
internal sealed class Timeline(IReadOnlyList<Step[]> groups, IReadOnlyList<BackStep> back, WayBack wayBack)
{
    private readonly MemoryPlan memory = new();

    private int Loss => groups.Count;

    private int End => Loss + 1 + 2 * back.Count;

    /// <param name="input">The graph's; the caller may write it once for several passes.</param>
    /// <param name="output">The graph's; the caller reads it until the next pass.</param>
    public MemoryPlan Plan(CpuValue input, CpuValue output)
    {
        memory.Use(input.Data, -1);
        memory.Use(input.Data, End);
        memory.Use(output.Data, End);
        if (output.Gradient is not null)
            memory.Use(output.Gradient, Loss);
        if (input.Gradient is not null)
            memory.Use(input.Gradient, End);
        for (var i = 0; i < groups.Count; i++)
        {
            foreach (var step in groups[i])
                Forward(step, i);
        }

        for (var i = 0; i < back.Count; i++)
            Backward(back[i], i);
        Overwrite(input);
        return memory;
    }

    private void Forward(Step step, int time)
    {
        foreach (var value in step.Inputs)
            memory.Use(value.Data, time);
        memory.Use(step.Output.Data, time);
        foreach (var buffer in step.Place!.SavedBuffers)
            memory.Use(buffer, time);
        foreach (var buffer in step.Place.ScratchBuffers)
            memory.UseOnce(buffer, time);
    }

    private void Backward(BackStep step, int index)
    {
        var inputs = Loss + 1 + index;
        var weights = wayBack == WayBack.Apart ? inputs + back.Count : inputs;
        foreach (var buffer in step.Written)
            memory.Use(buffer, inputs);
        foreach (var buffer in step.Read.Concat(step.Step is null ? [] : KeptBy(step.Step)))
        {
            memory.Use(buffer, inputs);
            memory.Use(buffer, step.Step is null ? inputs : weights);
        }

        foreach (var buffer in step.Step?.Place!.ScratchBuffers ?? [])
        {
            memory.UseOnce(buffer, inputs);
            memory.UseOnce(buffer, weights);
        }
    }

    private static IEnumerable<TensorBuffer> KeptBy(Step step)
    {
        var kept = step.Operation!.Kept;
        return step.Place!.SavedBuffers
            .Concat(kept.HasFlag(Kept.Inputs) ? step.Inputs.Select(value => value.Data) : [])
            .Concat(kept.HasFlag(Kept.Output) ? [step.Output.Data] : []);
    }

    /// <summary>Puts results over operands that nobody else reads.</summary>
    private void Overwrite(CpuValue input)
    {
        var working = groups.SelectMany(group => group).Where(step => !step.IsAlias).ToArray();
        var readers = Count(working.SelectMany(step => step.Inputs.Select(value => value.Data)));
        var keptOutputs = back.Where(step => step.Step?.Operation!.Kept.HasFlag(Kept.Output) == true).Select(step => step.Step!.Output.Data).ToHashSet();
        foreach (var step in working.Where(step => step.Operation!.InPlace.HasFlag(InPlace.Forward)))
        {
            var keepsInputs = step.Output.NeedsGradient && step.Operation!.Kept.HasFlag(Kept.Inputs);
            var over = step.Inputs.FirstOrDefault(value =>
                value.Data != input.Data && !keepsInputs && readers[value.Data] == 1 && !keptOutputs.Contains(value.Data));
            if (over is not null)
                memory.Unite(over.Data, step.Output.Data);
        }

        var gradientReaders = Count(back.SelectMany(step => step.Read));
        foreach (var step in back.Where(step => step.Operation.InPlace.HasFlag(InPlace.Backward) && step.Written.Length > 0))
        {
            if (gradientReaders[step.Read[0]] == 1 && step.Read[0].Length == step.Written[0].Length)
                memory.Unite(step.Read[0], step.Written[0]);
        }
    }

    private static Dictionary<TensorBuffer, int> Count(IEnumerable<TensorBuffer> buffers) =>
        buffers.CountBy(buffer => buffer).ToDictionary();
}
