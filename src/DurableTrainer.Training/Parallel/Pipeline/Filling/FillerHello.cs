using System.Buffers.Binary;
using System.Text;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>With what a trial that fills begins on each unit's connection.</summary>
/// <param name="Token">Of whom it wants to fill, as it lies in the place.</param>
/// <param name="ProcessId">Where it runs.</param>
/// <param name="Trial">Its number.</param>
/// <param name="Unit">Which unit the connection is about.</param>
internal sealed record FillerHello(string Token, int ProcessId, int Trial, int Unit)
{
    /// <summary>Characters of a token.</summary>
    public const int TokenLength = 32;

    public const int Bytes = TokenLength + 3 * sizeof(int);

    public byte[] Write()
    {
        var bytes = new byte[Bytes];
        Encoding.ASCII.GetBytes(Token, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(TokenLength), ProcessId);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(TokenLength + sizeof(int)), Trial);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(TokenLength + 2 * sizeof(int)), Unit);
        return bytes;
    }

    public static FillerHello Read(ReadOnlySpan<byte> bytes) => new(
        Encoding.ASCII.GetString(bytes[..TokenLength]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[TokenLength..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[(TokenLength + sizeof(int))..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[(TokenLength + 2 * sizeof(int))..]));
}
