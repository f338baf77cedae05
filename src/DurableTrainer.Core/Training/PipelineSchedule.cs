using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Training;

/// <summary>In which order the units of a pipeline pass the micro-batches of a batch forward and back.</summary>
public enum PipelineSchedule
{
    /// <summary>All of them forward, then all of them back (Huang et al. 2019).</summary>
    [JsonStringEnumMemberName("gpipe")]
    GPipe,

    /// <summary>As soon as one can go back it does, in turns with the next one forward, so that fewer are in flight (Narayanan et al. 2019).</summary>
    [JsonStringEnumMemberName("1f1b")]
    OneForwardOneBackward,

    /// <summary>The same with several thin stages on every unit, between which a unit changes: it idles less, and hands over more often (Narayanan et al. 2021).</summary>
    Interleaved,

    /// <summary>
    /// The same with the way back in two: gradients of inputs, which the stage before waits for, and gradients of weights, which nobody waits for and
    /// which therefore go where the unit would idle (Qi et al. 2023, ZB-H1).
    /// </summary>
    [JsonStringEnumMemberName("zerobubble")]
    ZeroBubble,
}
