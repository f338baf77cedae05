using DurableTrainer.Api.Http;

namespace DurableTrainer.Api.Tests.Http;

public class RecentAnswersTests
{
    private readonly RecentAnswers answers = new();
    private readonly object version = new();
    private int made;

    [Fact]
    public async Task All_who_ask_at_once_get_one_answer()
    {
        var gate = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 100).Select(_ => answers.GetAsync("x-1", version, async () =>
        {
            await gate.Task;
            return Next();
        })).ToList();
        gate.SetResult();

        var got = await Task.WhenAll(asked);

        // Within the quarter of a second that an answer lasts, which a machine that stood still may have passed.
        Assert.InRange(got.Distinct().Count(), 1, 2);
    }

    [Fact]
    public async Task What_changed_or_was_forgotten_is_answered_anew()
    {
        var first = await AskAsync("x-1", version);

        Assert.NotSame(first, await AskAsync("x-1", new object()));
        var second = await AskAsync("x-1", version);
        answers.Forget("x-1");
        Assert.NotSame(second, await AskAsync("x-1", version));
        Assert.NotSame(first, await AskAsync("x-2", version));
    }

    [Fact]
    public async Task An_answer_that_could_not_be_made_is_tried_again()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => answers.GetAsync("x-1", version, () => Task.FromException<Representation>(new InvalidOperationException())));

        Assert.NotNull(await AskAsync("x-1", version));
    }

    private Task<Representation> AskAsync(string key, object version) => answers.GetAsync(key, version, () => Task.FromResult(Next()));

    private Representation Next() => Representation.OfJson(Interlocked.Increment(ref made));
}
