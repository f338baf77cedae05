using System.Runtime.InteropServices;

namespace DurableTrainer.Bench.Measuring;

/// <summary>
/// Keeps the calling thread, and those that it begins meanwhile, on the processor that it is on. What threads do in turns there is as quick for
/// one as for the other, whatever others on the machine do to its processors. Disposed of on the same thread.
/// </summary>
internal sealed partial class OneProcessor : IDisposable
{
    private const int BitsPerWord = 64, Words = 16;
    private const int MaskBytes = Words * sizeof(ulong);
    private const int CallingThread = 0;

    private readonly ulong[] before = new ulong[Words];

    /// <exception cref="BenchException">The system cannot do it.</exception>
    public OneProcessor()
    {
        if (!OperatingSystem.IsLinux())
            throw new BenchException("Threads are kept on one processor by Linux.");
        if (ReadAffinity(CallingThread, MaskBytes, before) < 0)
            throw new BenchException("On which processors a thread may be cannot be read.");
        var (word, bit) = Math.DivRem(CurrentProcessor(), BitsPerWord);
        var one = new ulong[Words];
        one[word] = 1UL << bit;
        if (WriteAffinity(CallingThread, MaskBytes, one) < 0)
            throw new BenchException("A thread cannot be kept on one processor.");
    }

    public void Dispose()
    {
        if (WriteAffinity(CallingThread, MaskBytes, before) < 0)
            throw new BenchException("A thread cannot be let go to where it was allowed to be.");
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CurrentProcessor();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadAffinity(int thread, nint bytes, [Out] ulong[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int WriteAffinity(int thread, nint bytes, ulong[] mask);
}
