using System.Net.Sockets;
using Azure;
using Azure.Identity;

namespace DurableTrainer.Storage.Blobs;

/// <summary>Tells faults that pass from those that stay, and turns both into what a user can act on.</summary>
internal static class BlobFaults
{
    /// <param name="e">What a request ended with.</param>
    /// <param name="known">
    /// Whether the service has answered before: then even a name that is not found and a sign-in that fails are trouble that passes.
    /// </param>
    public static bool Passes(Exception e, bool known) => e switch
    {
        RequestFailedException { Status: 0 } => known || !IsUnknownHost(e),
        RequestFailedException failed => failed.Status is 408 or 429 or >= 500 || failed.ErrorCode is "ContainerBeingDeleted" or "OperationTimedOut",
        AuthenticationFailedException => known,
        AggregateException many => many.InnerExceptions.All(inner => Passes(inner, known)),
        IOException or HttpRequestException or SocketException or OperationCanceledException or TimeoutException => known || !IsUnknownHost(e),
        _ => false,
    };

    /// <summary>Whether it comes from the service or the way to it, and not from a mistake in this program.</summary>
    public static bool IsRefusal(Exception e) => e is RequestFailedException or AuthenticationFailedException || Passes(e, known: true);

    /// <summary>Whether the service may have done what it was asked, since no answer says that it did not.</summary>
    public static bool MayHaveActed(Exception e) => e is not RequestFailedException { Status: > 0 and < 500 and not 408 };

    public static StorageException Explain(Exception e, string action, string path, string place, TimeSpan patience)
    {
        var (fault, why, remedy) = Reason(e, patience);
        return new StorageException(fault, $"Cannot {action} '{path}' in {place}: {why}. {remedy}", e);
    }

    private static (StorageFault Fault, string Why, string Remedy) Reason(Exception e, TimeSpan patience) => e switch
    {
        AuthenticationFailedException => (
            StorageFault.Denied,
            "this process has no identity that can sign in there",
            "Sign in with 'az login', give this machine a managed identity, or use a connection string."),
        RequestFailedException { Status: 401 or 403 } refused => (
            StorageFault.Denied,
            $"the account refuses this key or identity ({Code(refused)})",
            "Copy the connection string again, or give the identity the role Storage Blob Data Contributor, and see whether the account's firewall lets this machine in."),
        RequestFailedException { ErrorCode: "InvalidResourceName" or "OutOfRangeInput" } => (
            StorageFault.Misnamed,
            "the service does not allow this name",
            "Choose another container."),
        RequestFailedException { ErrorCode: "LeaseIdMissing" or "LeaseIdMismatchWithBlobOperation" } => (
            StorageFault.Denied,
            "another process holds it for itself",
            "Let that one end first."),
        RequestFailedException { Status: 404 } missing => (
            StorageFault.Missing,
            $"there is no such account or container ({Code(missing)})",
            "See whether the account is spelt right and still exists."),
        _ when IsUnknownHost(e) => (
            StorageFault.Misnamed,
            "no machine of that name is known",
            "See whether the account is spelt right, and whether this machine is on the network."),
        RequestFailedException { Status: > 0 and < 500 and not (408 or 429) } other => (
            StorageFault.Other,
            $"the service refuses ({Code(other)})",
            "Try again; if that does not help, use another container."),
        _ => (
            StorageFault.Away,
            $"the service gave no good answer for {patience.TotalSeconds:0} s ({Short(e)})",
            "See whether it runs and can be reached from here (Azurite: npm run azurite), then start this again: nothing that was stored is lost."),
    };

    private static string Code(RequestFailedException e) => e.ErrorCode ?? $"HTTP {e.Status}";

    private static string Short(Exception e) => e switch
    {
        RequestFailedException { Status: > 0 } answered => Code(answered),
        OperationCanceledException => "no answer in time",
        _ when Cause<SocketException>(e) is { } socket => socket.SocketErrorCode.ToString(),
        _ => "the connection broke",
    };

    private static bool IsUnknownHost(Exception e) => Cause<SocketException>(e) is { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData };

    private static T? Cause<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }

        return null;
    }
}
