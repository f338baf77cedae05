using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;

namespace DurableTrainer.Training.Parallel.Pipeline.Stages;

/// <summary>Which part of a model is where.</summary>
/// <param name="Parts">One for each stage.</param>
/// <param name="UnitOrder">The units of the spec, in the order in which the schedule has them.</param>
/// <param name="Schedule">What they do.</param>
internal sealed record StageLayout(IReadOnlyList<Graph> Parts, IReadOnlyList<int> UnitOrder, Schedule Schedule);
