using System.Runtime.InteropServices;

namespace DurableTrainer.Workers.Commands.Processes;

/// <summary>Memory outside of the runtime's care, given back all at once.</summary>
internal sealed class NativeMemory : IDisposable
{
    private readonly List<nint> taken = [];
    private readonly List<nint> texts = [];

    /// <returns>So many bytes, all of them 0.</returns>
    public nint Take(int bytes)
    {
        var place = Marshal.AllocHGlobal(bytes);
        taken.Add(place);
        Marshal.Copy(new byte[bytes], 0, place, bytes);
        return place;
    }

    /// <returns>Text as C has it: UTF-8 and a 0.</returns>
    public nint Text(string text)
    {
        var place = Marshal.StringToCoTaskMemUTF8(text);
        texts.Add(place);
        return place;
    }

    /// <returns>A list of texts as C has it: pointers and a 0.</returns>
    public nint Texts(IEnumerable<string> all)
    {
        nint[] pointers = [.. all.Select(Text), 0];
        var place = Take(pointers.Length * nint.Size);
        Marshal.Copy(pointers, 0, place, pointers.Length);
        return place;
    }

    public void Dispose()
    {
        taken.ForEach(Marshal.FreeHGlobal);
        texts.ForEach(Marshal.FreeCoTaskMem);
    }
}
