using System.Security.Cryptography;

namespace DurableTrainer.Training.Data;

/// <summary>Hashes what is read through it, in the order in which it is read.</summary>
internal sealed class HashingStream(Stream inner, IncrementalHash hash) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        hash.AppendData(buffer[..count]);
        return count;
    }
}
