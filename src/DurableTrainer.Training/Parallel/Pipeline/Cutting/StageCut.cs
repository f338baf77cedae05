using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Cutting;

/// <summary>Which layers are a stage, which unit has it, and what comes of it.</summary>
/// <param name="Schedule">In which the stages run; its unit s, in <paramref name="Predicted"/> too, is the one that has stage s.</param>
/// <param name="FirstLayers">The first layer of each stage; it ends before the first one of the next stage.</param>
/// <param name="Units">The number of the unit of each stage, among those that there were to choose from.</param>
/// <param name="Costs">What each stage takes on its unit.</param>
/// <param name="PeakBytes">What the stages of each of the schedule's units take at most at a time.</param>
/// <param name="Predicted">An iteration.</param>
internal sealed record StageCut(
    Schedule Schedule,
    IReadOnlyList<int> FirstLayers,
    IReadOnlyList<int> Units,
    IReadOnlyList<StageCost> Costs,
    IReadOnlyList<long> PeakBytes,
    Timeline Predicted);
