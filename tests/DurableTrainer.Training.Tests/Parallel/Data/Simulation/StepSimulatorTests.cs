using DurableTrainer.Training.Parallel.Data;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Simulation;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Data.Simulation;

public sealed class StepSimulatorTests : IDisposable
{
    private readonly ThreadTime time = new();

    [Fact]
    public void Simulated_steps_are_those_of_a_session_whose_units_take_what_was_simulated()
    {
        const int WholeBatches = 34, Slow = 5;
        var taken = new List<StepTiming>();
        var processors = new TimedProcessors(time) { Seconds = (unit, samples, step) => 1e-3 * unit * (unit == 1 && step >= Slow ? 3 : 1) * samples };
        using var session = new DataSession(
            SharedSessions.Spec with { Parallel = SharedSessions.Of(2) }, Digits.Dataset, Digits.Split, Digits.Seed, SharedSessions.Trial,
            processors: processors, surroundings: new DataSurroundings { Time = time, Observed = taken.Add });

        session.RunEpoch();
        var simulated = new StepSimulator(["unit-0", "unit-1"], [new UnitCost(0, 1e-3), new UnitCost(0, 2e-3)], SharedSessions.Spec.BatchSize)
            .Run(350, serialSeconds: 0, new SpeedChange(Slow, 0, 3));

        for (var step = 0; step < WholeBatches; step++)
        {
            Assert.Equal(taken[step].Shards, simulated[step].Shards);
            Assert.Equal(taken[step].Seconds, simulated[step].Seconds, 1e-6);
        }

        Assert.Equal(session.Plans.Skip(1).Select(plan => plan.Reason), simulated.Take(WholeBatches).Select(step => step.Reason).OfType<string>());
    }

    public void Dispose() => time.Dispose();
}
