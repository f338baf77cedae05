using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// A folder in which the trials of an experiment find each other that share the units of this machine. One at a time is filled: who holds the
/// lock, which ends with its process. Where it listens lies in a file beside, which only this user can read.
/// </summary>
public sealed class FillPlace
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string lockFile, addressFile;

    /// <param name="folder">Of the experiment on this machine; made when it is not there.</param>
    public FillPlace(string folder)
    {
        Directory.CreateDirectory(folder);
        (lockFile, addressFile) = (Path.Combine(folder, "filled.lock"), Path.Combine(folder, "filled.address"));
    }

    /// <summary>Becomes who is filled, unless another is.</summary>
    internal FilledListener? TryListen()
    {
        FileStream held;
        try
        {
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }

        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var token = RandomNumberGenerator.GetHexString(FillerHello.TokenLength);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var address = new StreamWriter(addressFile, options))
            address.Write(string.Create(CultureInfo.InvariantCulture, $"{((IPEndPoint)listener.LocalEndpoint).Port} {token}"));
        return new FilledListener(listener, token, held, addressFile);
    }

    /// <summary>Connects with who is filled, once for each unit; null when nobody is.</summary>
    internal Socket[]? TryConnect(int units, int trial)
    {
        if (ReadAddress() is not var (port, token))
            return null;
        var sockets = new List<Socket>();
        try
        {
            for (var unit = 0; unit < units; unit++)
            {
                sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
                sockets[unit].Connect(IPAddress.Loopback, port);
                sockets[unit].Send(new FillerHello(token, Environment.ProcessId, trial, unit).Write());
            }

            return [.. sockets];
        }
        catch (SocketException)
        {
            // It has ended meanwhile.
            sockets.ForEach(socket => socket.Dispose());
            return null;
        }
    }

    private (int Port, string Token)? ReadAddress()
    {
        try
        {
            return File.ReadAllText(addressFile).Split(' ') is [var port, { Length: FillerHello.TokenLength } token]
                && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var open) ? (open, token) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
