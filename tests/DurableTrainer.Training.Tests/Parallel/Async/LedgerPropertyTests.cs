using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Tests.Parallel.Async;

/// <summary>
/// Learners and servers that are killed, silent, slow, doubled and late in any order: every batch is applied once, and nothing else.
/// </summary>
public class LedgerPropertyTests
{
    private const int Batches = 40;

    public static TheoryData<StalenessContext> Contexts => [StalenessContext.Mean, StalenessContext.Synchronous];

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Whatever_happens_every_batch_of_every_epoch_is_applied_once(StalenessContext context)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            try
            {
                new Story(seed, context).Run();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"With the seed {seed} and {context}: {exception.Message}", exception);
            }
        }
    }

    /// <summary>A random sequence of everything that can happen.</summary>
    private sealed class Story
    {
        private readonly KeyedRandom random;
        private readonly AsyncParallelSpec rules;
        private readonly Dictionary<int, Learner> learners = [];
        private readonly Dictionary<int, Assignment> computing = [];
        private readonly List<Push> old = [];
        private readonly List<int> applied = [];
        private UpdateLedger ledger;
        private TimeSpan now;
        private long restarts;
        private bool gathered;

        public Story(int seed, StalenessContext context)
        {
            random = new KeyedRandom(seed, "story");
            rules = new AsyncParallelSpec
            {
                Learners = 5,
                Window = 1 + random.NextInt32(8),
                Context = context,
                MostStaleness = random.NextInt32(2) == 0 ? null : 4 + random.NextInt32(4),
                Lease = TimeSpan.FromSeconds(5),
            };
            ledger = new UpdateLedger(rules);
        }

        public void Run()
        {
            for (var epoch = 0; epoch < 2; epoch++)
            {
                applied.Clear();
                computing.Clear();
                foreach (var learner in ledger.Learners.ToList())
                    ledger.Leave(learner);
                ledger.BeginEpoch(Batches);
                var versions = ledger.Version;
                var steps = 0;
                while (ledger.BatchesLeft > 0 || gathered)
                {
                    Assert.True(steps++ < 20_000, "The epoch does not end.");
                    Happen();
                    if (gathered && ledger.IsRoundComplete)
                    {
                        ledger.EndRound();
                        gathered = false;
                    }

                    // With nobody left the story would have no end.
                    if (ledger.Quarantined.Count > 3 && !gathered)
                        Restart(forgiven: true);
                }

                Assert.Equal(Enumerable.Range(0, Batches), applied.Order());
                if (rules.Context == StalenessContext.Synchronous)
                    Assert.InRange(ledger.Version - versions, 1, Batches);
                else
                    Assert.Equal(Batches, ledger.Version - versions);
            }
        }

        private void Happen()
        {
            now += TimeSpan.FromSeconds(random.NextDouble() * 0.5);
            var number = random.NextInt32(5);
            var learner = learners.GetValueOrDefault(number);
            switch (random.NextInt32(100))
            {
                case < 10:
                    learners[number] = learner = new Learner(number, rules);
                    computing.Remove(number);
                    if (ledger.Join(number) is { } welcome)
                        learner.Begin(welcome);
                    else
                        Assert.Contains(number, ledger.Quarantined);
                    break;
                case < 45 when learner?.Epoch is { } epoch && !computing.ContainsKey(number):
                    if (ledger.Take(number, epoch, now) is { } work)
                        computing[number] = work;
                    break;
                case < 85 when learner?.Epoch is not null && computing.Remove(number, out var done):
                    Bring(learner, learner.PushOf(done, isFinite: random.NextInt32(40) != 0));
                    break;
                case < 89 when old.Count > 0:
                    var late = old[random.NextInt32(old.Count)];
                    var ack = ledger.Judge(late);
                    Assert.True(ack.Outcome is PushOutcome.Repeated or PushOutcome.OldEpoch, $"A push from before was {ack.Outcome}.");
                    break;
                case < 92:
                    // Killed without a word: its lease will run out.
                    learners.Remove(number);
                    computing.Remove(number);
                    break;
                case < 94:
                    ledger.Leave(number);
                    break;
                case < 96:
                    foreach (var lost in ledger.Expire(now))
                        Assert.DoesNotContain(lost, ledger.Learners);
                    break;
                case < 97 when !gathered:
                    Restart();
                    break;
            }
        }

        private void Bring(Learner learner, Push push)
        {
            var isMember = ledger.IsMember(push.Learner, push.Epoch);
            var before = ledger.Version;
            var ack = ledger.Judge(push);
            old.Add(push);
            learner.Take(ack);
            if (ack.Outcome is PushOutcome.Applied or PushOutcome.Gathered)
            {
                Assert.True(isMember);
                Assert.Equal(before - push.BaseVersion, ack.Staleness);
                Assert.True(push.IsFinite && !(ack.Staleness > rules.MostStaleness));
                Assert.Equal(learner.Window, ledger.Capture().Windows[push.Learner]);
                applied.Add(push.Batch);
                gathered |= ack.Outcome == PushOutcome.Gathered;
            }
            else if (ack.Outcome == PushOutcome.NonFinite)
            {
                Assert.False(push.IsFinite);
            }
        }

        /// <summary>The server is killed, and one that goes on from what it saved takes its place.</summary>
        private void Restart(bool forgiven = false)
        {
            var state = ledger.Capture();
            ledger = new UpdateLedger(rules, firstEpoch: ++restarts * 1_000_000);
            ledger.Restore(forgiven ? state with { Quarantined = [] } : state);
            ledger.BeginEpoch(Batches, state.Done);
            Assert.Equal(Batches - applied.Count, ledger.BatchesLeft);
        }
    }
}
