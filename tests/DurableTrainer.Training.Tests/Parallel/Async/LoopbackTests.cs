using System.Net.Sockets;
using System.Net;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Loopback;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Async;

/// <summary>Learners behind real connections, which here are threads of this process.</summary>
public class LoopbackTests
{
    [Fact]
    public void One_learner_behind_a_connection_gives_the_bits_of_a_single_session()
    {
        using var single = new TrainingSession(Learners.Spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 3);
        using var session = Session(new AsyncParallelSpec { Learners = 1 }, StartThread);

        single.RunEpoch();
        session.RunEpoch();

        Assert.Equal(
            (single.Capture() with { History = [] }).Write(), (session.Capture() with { Async = null, History = [] }).Write());
    }

    [Fact]
    public void Several_learners_behind_connections_see_every_batch_once_and_replay()
    {
        using var session = Session(new AsyncParallelSpec { Learners = 3 }, StartThread);
        var log = new List<UpdateRecord>();
        for (var epoch = 0; epoch < 2; epoch++)
        {
            Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);
            Assert.Equal(Enumerable.Range(0, session.Records.Count), session.Records.Select(record => record.Batch).Order());
            log.AddRange(session.Records);
        }

        using var replayed = Learners.InThreads(new AsyncParallelSpec { Learners = 3 });
        replayed.Recall(log);
        replayed.RunEpoch();
        replayed.RunEpoch();

        Assert.Equal((session.Capture() with { Async = null }).Write(), (replayed.Capture() with { Async = null }).Write());
    }

    [Fact]
    public void A_stranger_on_the_port_is_turned_away_and_the_learner_comes_after_it()
    {
        using var session = Session(new AsyncParallelSpec { Learners = 1 }, address =>
        {
            using var stranger = new TcpClient();
            stranger.Connect(IPAddress.Loopback, address.Port);
            new Frame().Begin(FrameKind.Hello).Add(0).Add<byte>("guess"u8).Send(stranger.GetStream());
            using var silent = new TcpClient();
            silent.Connect(IPAddress.Loopback, address.Port);
            return StartThread(address);
        });

        Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);
    }

    [Fact]
    public void A_learner_that_cannot_be_kept_is_told_with_its_last_words()
    {
        using var session = Session(new AsyncParallelSpec { Learners = 2 }, address =>
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, address.Port);
            var stream = client.GetStream();
            new Frame().Begin(FrameKind.Hello).Add(address.Learner).Add<byte>(System.Text.Encoding.ASCII.GetBytes(address.Token)).Send(stream);
            // Nonsense where a push is due, then nothing.
            new Frame().Begin(FrameKind.Ack).Send(stream);
            return new Handle(() => { });
        });

        var failure = Assert.Throws<LearnerException>(() => session.RunEpoch());

        Assert.Matches(@"^Learner [01] was lost 3 times in a row: process of learner [01]: ", failure.Message);
    }

    [Fact]
    public void A_learner_that_ends_before_it_comes_is_started_again()
    {
        var starts = 0;
        using var session = Session(
            new AsyncParallelSpec { Learners = 1 }, address => ++starts < 3 ? new Handle(() => { }, hasEnded: true) : StartThread(address));

        Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);

        Assert.Equal(3, starts);
    }

    [Fact]
    public async Task A_session_that_ends_does_not_wait_for_a_learner_that_is_still_to_come()
    {
        var session = Session(
            new AsyncParallelSpec { Learners = 2 }, address => address.Learner == 0 ? new Handle(() => { }) : StartThread(address));
        Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);

        // It would be waited for half a minute otherwise.
        await Task.Run(session.Dispose).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Where_no_processes_can_be_started_they_are_refused_before_anything_is_trained() => Assert.Equal(
        "/parallel/learnerKind: this worker cannot start processes; choose \"threads\" instead of \"processes\".",
        Assert.Throws<ProcessorException>(() => Session(new AsyncParallelSpec(), start: null)).Message);

    [Fact]
    public void A_learner_without_its_server_says_so() => Assert.StartsWith(
        "The server of learner 3 is gone or talks nonsense:",
        Assert.Throws<LearnerException>(() => LearnerProgram.Run(new LearnerAddress(3, UnusedPort(), "token"))).Message,
        StringComparison.Ordinal);

    /// <summary>Learners and the whole session end at any moment, over and over; a session goes on from what was captured last.</summary>
    [Fact]
    public void Learners_and_servers_that_end_at_random_moments_lose_no_sample_and_apply_none_twice()
    {
        const int Rounds = 50, Seed = 7;
        var random = new KeyedRandom(Seed, "moments");
        var batches = EpochBatches.CountOf(Digits.Split.Train.Length, Learners.Spec.BatchSize);
        var saved = Begin();
        var completed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var cuts = new Cuts(random.NextInt32(3), random.NextInt32(batches));
            using var session = Session(new AsyncParallelSpec { Learners = 3 }, cuts.Start);
            session.Restore(saved);
            using var stop = new CancellationTokenSource();
            if (random.NextInt32(2) == 0)
                stop.CancelAfter(TimeSpan.FromMilliseconds(random.NextInt32(60)));

            var result = session.RunEpoch(stop.Token);

            if (result.Outcome == EpochOutcome.Stopped)
            {
                Assert.Equal(saved.Write(), session.Capture().Write());
                continue;
            }

            Assert.True(result.Outcome == EpochOutcome.Completed, $"Seed {Seed}, round {round}: {result.Reason}");
            completed++;
            Assert.Equal((completed, (long)completed * batches), (result.Epoch, result.Step));
            Assert.Equal(Enumerable.Range(0, batches), session.Records.Select(record => record.Batch).Order());
            Assert.Equal(Enumerable.Range(1, batches).Select(update => saved.Step + update), session.Records.Select(record => record.Version));
            saved = session.Capture();
        }

        Assert.True(completed > 0, $"Seed {Seed}: no epoch was ever completed.");
    }

    private static Training.Checkpoints.Checkpoint Begin()
    {
        using var session = Session(new AsyncParallelSpec { Learners = 3 }, StartThread);
        // Written by a session that had no learner yet, it holds no windows; restored, it is what it was.
        return session.Capture();
    }

    private static AsyncSession Session(AsyncParallelSpec parallel, Func<LearnerAddress, ILearnerProcess>? start) => new(
        Learners.Spec with { Parallel = parallel with { LearnerKind = LearnerKind.Processes } },
        Digits.Dataset, Digits.Split, Digits.Seed, trial: 3, threads: 3, surroundings: new AsyncSurroundings { StartLearner = start });

    private static Handle StartThread(LearnerAddress address)
    {
        var thread = new Thread(() =>
        {
            try
            {
                LearnerProgram.Run(address);
            }
            catch (LearnerException)
            {
                // As a process ends whose connection is cut.
            }
        })
        { IsBackground = true };
        thread.Start();
        return new Handle(thread.Join);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A thread in the place of a process.</summary>
    private sealed class Handle(Action end, bool hasEnded = false) : ILearnerProcess
    {
        public Task Ended { get; } = hasEnded ? Task.CompletedTask : new TaskCompletionSource().Task;

        public void Dispose() => end();
    }

    /// <summary>Cuts the connection of one learner, between it and its server, after so many bytes from it; those that follow it are left alone.</summary>
    private sealed class Cuts(int victim, int pushes)
    {
        private int done;

        public Handle Start(LearnerAddress address)
        {
            if (address.Learner != victim || Interlocked.Exchange(ref done, 1) == 1)
                return StartThread(address);
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var relay = new Thread(() => Relay(listener, address)) { IsBackground = true };
            relay.Start();
            var learner = StartThread(address with { Port = ((IPEndPoint)listener.LocalEndpoint).Port });
            return new Handle(() =>
            {
                learner.Dispose();
                relay.Join();
            });
        }

        private void Relay(TcpListener listener, LearnerAddress address)
        {
            using var learner = listener.AcceptTcpClient();
            listener.Dispose();
            using var server = new TcpClient();
            server.Connect(IPAddress.Loopback, address.Port);
            var back = new Thread(() => Copy(server, learner, long.MaxValue)) { IsBackground = true };
            back.Start();
            // In the middle of a push, if it comes to so many.
            Copy(learner, server, pushes * 9000L + 100);
            learner.Close();
            server.Close();
            back.Join();
        }

        private static void Copy(TcpClient from, TcpClient to, long most)
        {
            var buffer = new byte[4096];
            try
            {
                for (var left = most; left > 0;)
                {
                    var read = from.GetStream().Read(buffer, 0, (int)Math.Min(buffer.Length, left));
                    if (read == 0)
                        break;
                    to.GetStream().Write(buffer, 0, read);
                    left -= read;
                }

                to.Client?.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Whoever still waits on the other way must not wait for ever.
                from.Close();
                to.Close();
            }
        }
    }
}
