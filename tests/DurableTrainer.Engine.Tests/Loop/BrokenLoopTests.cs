using DurableTrainer.Durable;
using DurableTrainer.Engine.Client;
using DurableTrainer.Engine.Journal;
using DurableTrainer.Engine.Loop;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.State;
using Record = DurableTrainer.Engine.Records.Record;

namespace DurableTrainer.Engine.Tests.Loop;

/// <summary>What becomes of those who ask when the engine itself is at fault.</summary>
public class BrokenLoopTests
{
    private static readonly OrchestratorName<int, int> Main = new("Main");
    private static readonly DurableRegistry Registry = new DurableRegistry().Orchestrator(Main, (_, x) => Task.FromResult(x));

    public static TheoryData<Exception> Faults => [new ArgumentException("a"), new InvalidOperationException("b"), new FormatException("c")];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_change_that_was_applied_but_not_journaled_stops_the_engine_and_is_never_answered_as_a_mistake_of_the_caller(Exception fault)
    {
        var (loop, client) = Begin(fault);

        var refusal = await Assert.ThrowsAsync<EngineStoppedException>(() => client.ScheduleAsync(Main, 1, "a", cancellation: Patience()));

        Assert.Same(fault, refusal.InnerException);
        Assert.Same(fault, await Xunit.Record.ExceptionAsync(() => loop.Fault));
        await Assert.ThrowsAsync<EngineStoppedException>(() => client.GetAsync("a", Patience()));
        await loop.Ended.WaitAsync(Patience());
    }

    [Fact]
    public async Task Who_waits_for_an_end_is_refused_when_another_caller_breaks_the_engine()
    {
        var (_, client) = Begin(new FormatException(), new InstanceScheduled("a", Main.Name, "1", DateTimeOffset.UnixEpoch, null));
        var end = client.WaitAsync("a", Patience());

        await Assert.ThrowsAsync<EngineStoppedException>(() => client.TerminateAsync("a", "", Patience()));

        await Assert.ThrowsAsync<EngineStoppedException>(() => end);
    }

    [Fact]
    public async Task A_question_that_throws_concerns_nobody_but_who_asked_it()
    {
        var (loop, client) = Begin(new IOException());

        await Assert.ThrowsAsync<FormatException>(() => loop.AskAsync<int>(() => throw new FormatException(), Patience()));
        await Assert.ThrowsAsync<FormatException>(() => loop.ChangeAsync(() => throw new FormatException(), Patience()));

        Assert.Null(await client.GetAsync("a", Patience()));
        Assert.False(loop.Fault.IsCompleted);
    }

    private static (EngineLoop Loop, DurableClient Client) Begin(Exception fault, params Record[] past)
    {
        var state = new EngineState(keepInputs: false);
        Array.ForEach(past, state.Apply);
        state.FinishRecovery();
        var loop = new EngineLoop(state, new() { Folder = null, Registry = Registry });
        loop.Begin(new FailingJournal(fault));
        return (loop, new EmbeddedClient(loop, Registry));
    }

    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private sealed class FailingJournal(Exception fault) : IJournal
    {
        public long Appended => 0;

        public bool WantsSnapshot => false;

        public void Append(Record record) => throw fault;

        public void AppendSnapshot(IEnumerable<Record> records) => throw fault;

        public void Close()
        {
        }

        public void Dispose()
        {
        }
    }
}
