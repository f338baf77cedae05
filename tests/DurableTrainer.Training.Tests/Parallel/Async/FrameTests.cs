using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Loopback;
using DurableTrainer.Training.Parallel.Async.Replicas;

namespace DurableTrainer.Training.Tests.Parallel.Async;

/// <summary>What goes between a server and a learner in a process of its own, and what may come instead.</summary>
public class FrameTests
{
    private static readonly ModelSizes Sizes = new(Parameters: 3, State: 1, Output: 2);

    [Theory]
    [InlineData(null)]
    [InlineData(0.25)]
    public void A_push_arrives_as_it_was_sent(double? scale)
    {
        var (sent, received) = (Filled(count: 2), new Gradient(Sizes, batch: 4));
        var push = new Push(Learner: 5, Epoch: long.MaxValue, Sequence: 3, BaseVersion: 9, Batch: 7, scale, IsFinite: true);
        var frame = new Frame();
        Conversation.Write(frame, push, sent);

        Assert.Equal(push, Conversation.ReadPush(Sent(frame), learner: 5, count: 2, received));

        Assert.Equal((sent.Count, sent.LossSum), (received.Count, received.LossSum));
        Assert.Equal(sent.Values, received.Values);
        Assert.Equal(sent.State, received.State);
        Assert.Equal(sent.Outputs.ToArray(), received.Outputs.ToArray());
    }

    [Fact]
    public void A_gradient_that_is_said_to_be_finite_and_is_not_is_found_out()
    {
        var gradient = Filled(count: 1);
        gradient.Values[1] = float.NaN;
        var frame = new Frame();
        Conversation.Write(frame, new Push(0, 1, 1, 0, 0, 1, IsFinite: true), gradient);

        Assert.False(Conversation.ReadPush(Sent(frame), 0, count: 1, new Gradient(Sizes, 4)).IsFinite);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(0.0)]
    [InlineData(double.PositiveInfinity)]
    public void A_rate_cannot_be_scaled_up(double scale)
    {
        var frame = new Frame();
        Conversation.Write(frame, new Push(0, 1, 1, 0, 0, scale, IsFinite: true), Filled(count: 1));

        Assert.Throws<InvalidDataException>(() => Conversation.ReadPush(Sent(frame), 0, count: 1, new Gradient(Sizes, 4)));
    }

    [Fact]
    public void A_gradient_of_another_batch_is_refused()
    {
        var frame = new Frame();
        Conversation.Write(frame, new Push(0, 1, 1, 0, 0, 1, IsFinite: true), Filled(count: 2));

        var refusal = Assert.Throws<InvalidDataException>(() => Conversation.ReadPush(Sent(frame), 0, count: 3, new Gradient(Sizes, 4)));

        Assert.Equal("A gradient of 2 samples came for a batch of 3.", refusal.Message);
    }

    [Fact]
    public void A_frame_of_another_model_is_refused()
    {
        var frame = new Frame();
        Conversation.Write(frame, new Push(0, 1, 1, 0, 0, 1, IsFinite: true), Filled(count: 1));
        var larger = new Gradient(Sizes with { Parameters = 4 }, 4);
        var smaller = new Gradient(Sizes with { Parameters = 2 }, 4);

        Assert.Contains("where more were due", Assert.Throws<InvalidDataException>(() => Conversation.ReadPush(Sent(frame), 0, 1, larger)).Message, StringComparison.Ordinal);
        Assert.Contains("4 bytes too long", Assert.Throws<InvalidDataException>(() => Conversation.ReadPush(Sent(frame), 0, 1, smaller)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 255, 1 }, "bytes is none")]
    [InlineData(new byte[] { 255, 255, 255, 127, 1 }, "bytes is none")]
    [InlineData(new byte[] { 0, 0, 0, 0, 99 }, "no frame of kind 99")]
    public void What_is_no_frame_is_refused(byte[] bytes, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => new Frame().Receive(new MemoryStream(bytes))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { 1, 0 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 1, 5 })]
    public void A_frame_that_is_cut_off_is_told_from_an_end(byte[] bytes)
    {
        Assert.Throws<EndOfStreamException>(() => new Frame().Receive(new MemoryStream(bytes)));
        Assert.False(new Frame().Receive(new MemoryStream()));
    }

    [Fact]
    public void A_setup_arrives_as_it_was_sent()
    {
        var setup = new Setup(Learners.Spec with { Parallel = new AsyncParallelSpec { Learners = 3 } }, [1, 8, 8], 1, 36, 2);
        var frame = new Frame();
        setup.WriteTo(frame);

        var read = Setup.ReadFrom(Sent(frame));

        Assert.Equal((setup.Spec.Parallel, 36, 2), (read.Spec.Parallel, read.BatchSize, read.Learner));
        Assert.Equal(setup.BuildGraph().ParameterCount, read.BuildGraph().ParameterCount);
    }

    [Theory]
    [InlineData("3 4711 AB", true)]
    [InlineData("3 4711", false)]
    [InlineData("3 0 AB", false)]
    [InlineData("3 70000 AB", false)]
    [InlineData("-1 4711 AB", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void An_address_is_a_line(string? line, bool isOne) => Assert.Equal(isOne ? line : null, LearnerAddress.Parse(line)?.ToLine());

    private static Gradient Filled(int count)
    {
        var gradient = new Gradient(Sizes, batch: 4) { Count = count, LossSum = 1.5 };
        for (var i = 0; i < gradient.Values.Length; i++)
            gradient.Values[i] = i + 0.5f;
        gradient.State[0] = -2;
        for (var i = 0; i < gradient.Outputs.Length; i++)
            gradient.Outputs[i] = i;
        return gradient;
    }

    private static Frame Sent(Frame frame)
    {
        using var stream = new MemoryStream();
        frame.Send(stream);
        stream.Position = 0;
        var received = new Frame();
        Assert.True(received.Receive(stream));
        return received;
    }
}
