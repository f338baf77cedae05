namespace DurableTrainer.Training.Cpu;

/// <summary>What an executable is compiled for. The less it has to do, the less memory it takes.</summary>
public sealed record CompileOptions
{
    public static CompileOptions Training { get; } = new();

    /// <summary>Values live only until their last reader, and no gradient has memory.</summary>
    public static CompileOptions Inference { get; } = new() { WayBack = WayBack.None };

    public WayBack WayBack { get; init; } = WayBack.Whole;

    /// <summary>Whether the way back goes on to the graph's input.</summary>
    public bool InputGradient { get; init; }
}

/// <summary>How the gradients of values and those of parameters are computed.</summary>
public enum WayBack
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Both in one pass, in which the memory of a gradient serves the next as soon as it was read.</summary>
    Whole,

    /// <summary>Those of all values first, and those of the parameters whenever it suits, as pipelines want it.</summary>
    Apart,
}
