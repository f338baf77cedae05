using System.Text;
using DurableTrainer.Engine.Journal;
using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Entities;

/// <summary>Finds and applies the difference between two states of an entity, both as UTF-8 JSON.</summary>
internal static class StateDelta
{
    public static StateChange Between(byte[]? before, byte[]? after)
    {
        if (after is null)
            return new(0, 0, null, 0);
        ReadOnlySpan<byte> old = before ?? [];
        var head = old.CommonPrefixLength(after);
        var tail = CommonSuffixLength(old[head..], after.AsSpan(head));
        // The middle is written as text: neither of its ends may fall inside a character.
        while (head > 0 && IsInsideCharacter(after, head))
            head--;
        while (tail > 0 && IsInsideCharacter(after, after.Length - tail))
            tail--;
        return new(head, tail, Encoding.UTF8.GetString(after.AsSpan(head, after.Length - head - tail)), Crc32C.Of(after));
    }

    /// <exception cref="InvalidDataException">The change was made from another state than this one.</exception>
    public static byte[]? Apply(byte[]? before, StateChange change)
    {
        if (change.Middle is null)
            return null;
        ReadOnlySpan<byte> old = before ?? [];
        if (change.Head + change.Tail > old.Length)
            throw new InvalidDataException("A state change keeps more of the state before than there was.");
        var middle = Encoding.UTF8.GetByteCount(change.Middle);
        var after = new byte[change.Head + middle + change.Tail];
        old[..change.Head].CopyTo(after);
        Encoding.UTF8.GetBytes(change.Middle, after.AsSpan(change.Head));
        old[^change.Tail..].CopyTo(after.AsSpan(change.Head + middle));
        if (Crc32C.Of(after) != change.Check)
            throw new InvalidDataException("A state change does not lead to the state that it was made for.");
        return after;
    }

    private static int CommonSuffixLength(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        const int Block = 64;
        var limit = Math.Min(left.Length, right.Length);
        var length = 0;
        while (length + Block <= limit && left[^(length + Block)..^length].SequenceEqual(right[^(length + Block)..^length]))
            length += Block;
        while (length < limit && left[^(length + 1)] == right[^(length + 1)])
            length++;
        return length;
    }

    private static bool IsInsideCharacter(byte[] text, int index) => index < text.Length && (text[index] & 0b1100_0000) == 0b1000_0000;
}
