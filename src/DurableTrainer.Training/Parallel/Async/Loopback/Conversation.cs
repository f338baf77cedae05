using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Loopback;

/// <summary>How the messages of a server and a learner lie in frames.</summary>
internal static class Conversation
{
    public static void Write(Frame frame, Welcome welcome)
    {
        frame.Begin(FrameKind.Welcome).Add(welcome.Epoch).Add(welcome.Membership).Add(welcome.Learners).Add(welcome.Window.Count);
        foreach (var staleness in welcome.Window)
            frame.Add(staleness);
    }

    public static Welcome ReadWelcome(Frame frame)
    {
        frame.Require(FrameKind.Welcome);
        var (epoch, membership, learners) = (frame.Take<long>(), frame.Take<long>(), frame.Take<int>());
        var window = new int[Math.Clamp(frame.Take<int>(), 0, Core.Training.AsyncParallelSpec.MostWindow)];
        frame.Take(window.AsSpan());
        frame.RequireEnd();
        return new Welcome(epoch, membership, learners, window);
    }

    public static void Write(Frame frame, in Assignment work, in Pass pass, BatchSamples samples, ReadOnlySpan<float> parameters) => frame
        .Begin(FrameKind.Work).Add(work.Batch).Add(work.Version)
        .Add(pass.Count).Add(pass.Seed).Add(pass.Trial).Add(pass.Step)
        .Add<float>(samples.Inputs).Add<float>(samples.Targets).Add(parameters);

    public static (Assignment Work, Pass Pass) ReadWork(Frame frame, BatchSamples samples, Span<float> parameters)
    {
        frame.Require(FrameKind.Work);
        var work = new Assignment(frame.Take<int>(), frame.Take<long>());
        var pass = new Pass(frame.Take<int>(), Training: true, frame.Take<long>(), frame.Take<int>(), frame.Take<long>());
        samples.Resize(pass.Count);
        frame.Take(samples.Inputs);
        frame.Take(samples.Targets);
        frame.Take(parameters);
        frame.RequireEnd();
        return (work, pass);
    }

    public static void Write(Frame frame, in Push push, Gradient gradient) => frame
        .Begin(FrameKind.Push).Add(push.Epoch).Add(push.Sequence).Add(push.BaseVersion).Add(push.Batch)
        .Add(push.Scale ?? double.NaN).Add((byte)(push.IsFinite ? 1 : 0))
        .Add(gradient.Count).Add(gradient.LossSum)
        .Add<float>(gradient.Values).Add<float>(gradient.State).Add<float>(gradient.Outputs);

    /// <param name="frame">What came.</param>
    /// <param name="learner">Who it came from.</param>
    /// <param name="count">Samples of the batch that the learner was given.</param>
    /// <param name="gradient">Gets what it brings.</param>
    /// <exception cref="InvalidDataException">It is not a push of such a batch.</exception>
    public static Push ReadPush(Frame frame, int learner, int count, Gradient gradient)
    {
        frame.Require(FrameKind.Push);
        var push = new Push(
            learner, frame.Take<long>(), frame.Take<long>(), frame.Take<long>(), frame.Take<int>(),
            frame.Take<double>() is var scale && double.IsNaN(scale) ? null : scale, frame.Take<byte>() == 1);
        if (push.Scale is not (null or (> 0 and <= 1)))
            throw new InvalidDataException($"A rate is scaled by more than 0 and at most 1, not by {push.Scale}.");
        gradient.Count = frame.Take<int>();
        if (gradient.Count != count)
            throw new InvalidDataException($"A gradient of {gradient.Count} samples came for a batch of {count}.");
        (gradient.LossSum, gradient.Norm) = (frame.Take<double>(), null);
        frame.Take(gradient.Values.AsSpan());
        frame.Take(gradient.State.AsSpan());
        frame.Take(gradient.Outputs);
        frame.RequireEnd();
        // Who applies it looks for itself.
        return push with { IsFinite = push.IsFinite && gradient.IsFinite };
    }

    public static void Write(Frame frame, in Ack ack) => frame
        .Begin(FrameKind.Ack).Add((int)ack.Outcome).Add(ack.Version).Add(ack.Staleness).Add(ack.Learners).Add(ack.Membership);

    public static Ack ReadAck(Frame frame)
    {
        frame.Require(FrameKind.Ack);
        var ack = new Ack((PushOutcome)frame.Take<int>(), frame.Take<long>(), frame.Take<int>(), frame.Take<int>(), frame.Take<long>());
        frame.RequireEnd();
        return ack;
    }
}
