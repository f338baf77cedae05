using System.Net.Sockets;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>Where trials that want to fill come to. They are looked for between batches, and never waited for.</summary>
internal sealed class FilledListener(TcpListener listener, string token, FileStream held, string addressFile) : IDisposable
{
    private readonly List<Socket> newcomers = [];
    private readonly Dictionary<int, Socket?[]> incomplete = [];

    /// <summary>A trial that has come, with a connection for each unit; null when there is none.</summary>
    /// <param name="units">How many units there are.</param>
    public (FillerHello Hello, Socket[] Units)? TryAccept(int units)
    {
        while (listener.Pending())
        {
            var socket = listener.AcceptSocket();
            socket.NoDelay = true;
            newcomers.Add(socket);
        }

        foreach (var socket in newcomers.Where(socket => socket.Available >= FillerHello.Bytes).ToList())
        {
            newcomers.Remove(socket);
            var bytes = new byte[FillerHello.Bytes];
            socket.Receive(bytes);
            var hello = FillerHello.Read(bytes);
            if (hello.Token != token || hello.Unit < 0 || hello.Unit >= units)
            {
                socket.Dispose();
                continue;
            }

            if (!incomplete.TryGetValue(hello.ProcessId, out var connections))
                incomplete.Add(hello.ProcessId, connections = new Socket?[units]);
            connections[hello.Unit]?.Dispose();
            connections[hello.Unit] = socket;
            if (Array.TrueForAll(connections, connection => connection is not null))
            {
                incomplete.Remove(hello.ProcessId);
                return (hello, [.. connections.OfType<Socket>()]);
            }
        }

        return null;
    }

    public void Dispose()
    {
        File.Delete(addressFile);
        listener.Dispose();
        newcomers.ForEach(socket => socket.Dispose());
        foreach (var socket in incomplete.Values.SelectMany(sockets => sockets))
            socket?.Dispose();
        // The lock is the last to go: the file beside it is whose lock it is.
        held.Dispose();
    }
}
