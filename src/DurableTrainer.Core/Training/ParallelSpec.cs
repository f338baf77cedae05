using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Training;

/// <summary>How one model is spread over processors. A name alone (<c>"async"</c>) means the defaults.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "mode")]
[JsonDerivedType(typeof(SingleParallelSpec), "single")]
[JsonDerivedType(typeof(DataParallelSpec), "data")]
[JsonDerivedType(typeof(AsyncParallelSpec), "async")]
[JsonDerivedType(typeof(PipelineParallelSpec), "pipeline")]
[JsonDerivedType(typeof(AutoParallelSpec), "auto")]
public abstract record ParallelSpec
{
    /// <summary>As a spec writes it.</summary>
    [JsonIgnore]
    public abstract string Mode { get; }
}

/// <summary>One model on one processor.</summary>
public sealed record SingleParallelSpec : ParallelSpec
{
    [JsonIgnore]
    public override string Mode => "single";
}

/// <summary>Whichever of single and data is predicted to be quicker with the threads that a trial has, each a unit.</summary>
public sealed record AutoParallelSpec : ParallelSpec
{
    [JsonIgnore]
    public override string Mode => "auto";
}
