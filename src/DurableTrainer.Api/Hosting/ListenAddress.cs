using System.Globalization;
using System.Net;

namespace DurableTrainer.Api.Hosting;

/// <summary>Where a server listens.</summary>
/// <param name="Address">Of a network of this machine.</param>
/// <param name="Port">0 for any that is free.</param>
public sealed record ListenAddress(IPAddress Address, int Port)
{
    public static ListenAddress Default { get; } = new(IPAddress.Loopback, 7071);

    /// <summary>Whether only programs on the same machine can connect.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads <c>127.0.0.1:7071</c>, <c>localhost:7071</c>, <c>[::1]:7071</c> or a port alone, which is one of this machine only.</summary>
    public static bool TryParse(string text, out ListenAddress address)
    {
        address = Default;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "localhost" : text[..colon];
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
            return false;
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (host == "localhost")
            address = new ListenAddress(IPAddress.Loopback, port);
        else if (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && isBracketed == (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6))
            address = new ListenAddress(ip, port);
        else
            return false;
        return true;
    }
}
