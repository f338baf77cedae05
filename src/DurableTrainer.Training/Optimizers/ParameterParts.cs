using DurableTrainer.Training.Cpu;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// Parameters in parts of up to 16,384 values, which threads share out where there is enough to do. The parts do not depend on the
/// threads, so neither does what is computed of them.
/// </summary>
internal sealed class ParameterParts
{
    private const int MostValues = 16384;

    /// <summary>Below this many values, waking a thread takes longer than what it would do.</summary>
    private const long FewValues = 4 * MostValues;

    private readonly ParameterPart[] parts;
    private readonly ThreadTeam? team;

    /// <param name="parameters">What to cut.</param>
    /// <param name="team">Shares the parts out; null for the calling thread alone.</param>
    public ParameterParts(IReadOnlyList<ModelTensor> parameters, ThreadTeam? team)
    {
        var list = new List<ParameterPart>();
        for (var parameter = 0; parameter < parameters.Count; parameter++)
        {
            var length = parameters[parameter].Buffer.Length;
            for (var start = 0; start < length; start += MostValues)
                list.Add(new ParameterPart(parameter, start, Math.Min(length, start + MostValues)));
        }

        Parameters = parameters;
        this.parts = [.. list];
        this.team = parameters.Sum(parameter => (long)parameter.Buffer.Length) < FewValues ? null : team;
    }

    public IReadOnlyList<ModelTensor> Parameters { get; }

    public int Count => parts.Length;

    public ParameterPart this[int number] => parts[number];

    /// <param name="work">Gets the number of each part, and of the thread.</param>
    public void ForEach(Action<int, int> work)
    {
        if (team is not null)
        {
            team.Run(Count, work);
            return;
        }

        for (var part = 0; part < Count; part++)
            work(part, 0);
    }
}

/// <param name="Parameter">Its index.</param>
/// <param name="Start">The first value, a multiple of 16.</param>
/// <param name="End">After the last value.</param>
internal readonly record struct ParameterPart(int Parameter, int Start, int End);
