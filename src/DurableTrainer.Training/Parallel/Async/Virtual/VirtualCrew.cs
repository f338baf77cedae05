using DurableTrainer.Training.Parallel.Async.Crews;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Parallel.Async.Virtual;

/// <summary>
/// Learners in simulated time, on the thread of the caller: the same server and the same learners as in real time, one event after the
/// other. The same setting gives the same weights, to the last bit on the CPU processor.
/// </summary>
/// <param name="session">Whose learners they are.</param>
/// <param name="setting">How long they take, and how many there are.</param>
internal sealed class VirtualCrew(AsyncSession session, VirtualSetting setting) : ILearnerCrew
{
    private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(1);

    private readonly GradientProgram program = session.CompileLearner();
    private readonly SortedDictionary<int, VirtualLearner> learners = [];
    private readonly PriorityQueue<VirtualLearner, (TimeSpan Time, long Order)> arrivals = new();
    private long order;
    private TimeSpan now;

    public void RunEpoch(ParameterServer server, CancellationToken cancellation)
    {
        Admit(server);
        StartIdle(server);
        while (!server.IsEpochDone && !cancellation.IsCancellationRequested && arrivals.TryDequeue(out var learner, out var due))
        {
            now = due.Time;
            server.Expire(now);
            // What left meanwhile brings nothing.
            if (learners.GetValueOrDefault(learner.Side.Number) == learner)
            {
                var push = learner.Side.PushOf(learner.Work!.Value, learner.Memory.Gradient.IsFinite);
                learner.Side.Take(server.Push(push, learner.Memory.Gradient, learner.Memory.Samples.Targets));
                learner.Work = null;
                Admit(server);
            }

            StartIdle(server);
        }
    }

    public void UseThreads(int threads)
    {
        // Simulated time passes on one thread.
    }

    public void Dispose() => program.Dispose();

    private void Admit(ParameterServer server)
    {
        var wanted = setting.LearnersAt(server.Ledger.Version, session.Rules.Learners);
        foreach (var number in learners.Keys.Where(number => number >= wanted).ToList())
        {
            learners.Remove(number);
            server.Leave(number);
        }

        for (var number = 0; number < wanted; number++)
        {
            if (learners.ContainsKey(number))
                continue;
            learners[number] = new VirtualLearner(
                new Learner(number, session.Rules), session.RoomForLearner());
        }

        // All before any asks for work, so that the first to come are not told of each one after them.
        foreach (var learner in learners.Values)
            Join(learner, server);
    }

    private static void Join(VirtualLearner learner, ParameterServer server)
    {
        if (learner.Work is not null || (learner.Side.Epoch is { } epoch && server.Ledger.IsMember(learner.Side.Number, epoch)))
            return;
        if (server.Join(learner.Side.Number) is { } welcome)
            learner.Side.Begin(welcome);
    }

    private void StartIdle(ParameterServer server)
    {
        foreach (var learner in learners.Values)
        {
            if (learner.Work is not null)
                continue;
            Join(learner, server);
            if (learner.Side.Epoch is not { } epoch
                || server.Take(learner.Side.Number, epoch, now, learner.Memory.ParametersOf(server)) is not { } work)
            {
                continue;
            }

            learner.Work = work;
            server.Batches.Load(work.Batch, learner.Memory.Samples);
            program.Compute(learner.Memory.Parameters, learner.Memory.Samples, server.Batches.PassOf(work.Batch), learner.Memory.Gradient);
            var due = now + setting.Durations.Of(setting.Seed, learner.Side.Number, learner.Turn++) * Unit;
            arrivals.Enqueue(learner, (due, order++));
        }
    }

    private sealed class VirtualLearner(Learner side, LearnerMemory memory)
    {
        public Learner Side => side;

        public LearnerMemory Memory => memory;

        /// <summary>What it computes.</summary>
        public Assignment? Work { get; set; }

        /// <summary>Batches that it has begun.</summary>
        public long Turn { get; set; }
    }
}
