using System.Net.Sockets;
using System.Net;
using System.Text;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Loopback;

/// <summary>A learner in a process of its own: it computes what its server sends, and ends when the server does.</summary>
public static class LearnerProgram
{
    /// <param name="address">Of the server.</param>
    /// <param name="processors">What it computes on; the CPU processor when null.</param>
    /// <exception cref="LearnerException">The server cannot be reached, or is none.</exception>
    public static void Run(LearnerAddress address, IProcessorFactory? processors = null)
    {
        try
        {
            using var client = new TcpClient { NoDelay = true };
            client.Connect(IPAddress.Loopback, address.Port);
            Converse(client.GetStream(), address, processors ?? new CpuProcessorFactory());
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidDataException)
        {
            throw new LearnerException($"The server of learner {address.Learner} is gone or talks nonsense: {exception.Message}", exception);
        }
    }

    private static void Converse(NetworkStream stream, LearnerAddress address, IProcessorFactory processors)
    {
        var frame = new Frame();
        frame.Begin(FrameKind.Hello).Add(address.Learner).Add<byte>(Encoding.ASCII.GetBytes(address.Token)).Send(stream);
        if (!frame.Receive(stream))
            return;
        var setup = Setup.ReadFrom(frame);
        var graph = setup.BuildGraph();
        var sizes = ModelSizes.Of(graph);
        using var program = new GradientProgram(processors.Create(1), graph, setup.Spec, setup.BatchSize);
        var learner = new Learner(setup.Learner, (AsyncParallelSpec)setup.Spec.Parallel);
        var gradient = new Gradient(sizes, setup.BatchSize);
        var sampleSize = setup.SampleShape.Aggregate(1, (size, dimension) => checked(size * dimension));
        var samples = new BatchSamples(sampleSize, setup.TargetSize, setup.BatchSize);
        var parameters = new float[sizes.Parameters + sizes.State];
        while (frame.Receive(stream))
        {
            switch (frame.Kind)
            {
                case FrameKind.Welcome:
                    learner.Begin(Conversation.ReadWelcome(frame));
                    break;
                case FrameKind.Ack:
                    learner.Take(Conversation.ReadAck(frame));
                    break;
                default:
                    var (work, pass) = Conversation.ReadWork(frame, samples, parameters);
                    program.Compute(parameters, samples, pass, gradient);
                    Conversation.Write(frame, learner.PushOf(work, gradient.IsFinite), gradient);
                    frame.Send(stream);
                    break;
            }
        }
    }
}
