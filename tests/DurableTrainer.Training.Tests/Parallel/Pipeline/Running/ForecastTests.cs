using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Running;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Running;

/// <summary>What is foretold while units run, against the simulator of whole batches.</summary>
public class ForecastTests
{
    private const long Frequency = 1_000_000_000;

    [Theory]
    [InlineData(PipelineSchedule.GPipe)]
    [InlineData(PipelineSchedule.OneForwardOneBackward)]
    [InlineData(PipelineSchedule.Interleaved)]
    [InlineData(PipelineSchedule.ZeroBubble)]
    public void It_agrees_with_the_simulator_before_the_first_instruction_and_in_the_middle(PipelineSchedule kind)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var (units, perUnit) = (random.Next(1, 5), kind == PipelineSchedule.Interleaved ? 2 : 1);
            var schedule = Schedule.Of(kind, units, random.Next(1, 9), perUnit);
            StageCost[] costs = [.. Enumerable.Range(0, schedule.Stages).Select(_ =>
                new StageCost(Duration(), Duration(), schedule.SplitsBackward ? Duration() : 0))];
            var plan = new InstructionPlan(schedule);
            var times = new StageTimes(schedule);
            times.Observe(plan, number => SecondsOf(plan.Instructions[number], costs));
            var forecast = new Forecast(plan);
            forecast.Learn(times, Frequency);
            var simulated = PipelineSimulator.Run(schedule, costs);
            var spans = simulated.Units.SelectMany(unit => unit).ToDictionary(span => span.Instruction);
            using var progress = new Progress(plan);
            var now = random.NextDouble() * simulated.Seconds;
            foreach (var (number, instruction) in plan.Instructions.Index().Where(one => spans[one.Item].Start <= now))
            {
                progress.Start(number, 1 + (long)(spans[instruction].Start * Frequency));
                if (spans[instruction].End <= now)
                    progress.Finish(number, 1 + (long)(spans[instruction].End * Frequency));
            }

            var asked = random.Next(plan.Instructions.Count);
            var message = $"seed {seed}, round {round}";
            AssertClose(simulated.Seconds, forecast.End(progress, 1 + (long)(now * Frequency)) - 1, message);
            AssertClose(spans[plan.Instructions[asked]].End, forecast.EndOf(asked, progress, 1 + (long)(now * Frequency)) - 1, message);
            for (var unit = 0; unit < units; unit++)
                AssertClose(simulated.Units[unit][0].Start, forecast.FirstStart(unit), message);
        }

        double Duration() => 0.001 + random.NextDouble();
    }

    private static double SecondsOf(Instruction instruction, StageCost[] costs) => instruction.Kind switch
    {
        InstructionKind.Forward => costs[instruction.Stage].Forward,
        InstructionKind.Backward => costs[instruction.Stage].Backward,
        InstructionKind.BackwardInputs => costs[instruction.Stage].BackwardInputs,
        _ => costs[instruction.Stage].BackwardWeights,
    };

    private static void AssertClose(double seconds, long timestamp, string message) =>
        Assert.True(Math.Abs(seconds - (double)timestamp / Frequency) < 1e-6, $"{seconds} s and {timestamp} ns: {message}");
}
