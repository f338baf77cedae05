using DurableTrainer.Storage.Folder;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Storage.Tests;

/// <summary>A disk on which chosen operations fail. A write that fails has written half.</summary>
/// <param name="fails">Gets the number of the operation, from 1, and its name.</param>
/// <param name="error">The error's number: 28 is ENOSPC.</param>
internal sealed class FaultyDisk(Func<int, string, bool> fails, int error = 28) : Disk
{
    private int operations;

    public int Operations => operations;

    public int Failures { get; private set; }

    public override void MakeFolder(string path)
    {
        Pass(nameof(MakeFolder));
        base.MakeFolder(path);
    }

    public override SafeFileHandle CreateNew(string path)
    {
        Pass(nameof(CreateNew));
        return base.CreateNew(path);
    }

    public override SafeFileHandle OpenLog(string path)
    {
        Pass(nameof(OpenLog));
        return base.OpenLog(path);
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset)
    {
        if (Fails(nameof(Write)))
        {
            base.Write(file, content[..(content.Length / 2)], offset);
            throw Failure(nameof(Write));
        }

        base.Write(file, content, offset);
    }

    public override void Cut(SafeFileHandle file, long length)
    {
        Pass(nameof(Cut));
        base.Cut(file, length);
    }

    public override void Flush(SafeFileHandle file)
    {
        Pass(nameof(Flush));
        base.Flush(file);
    }

    public override void Rename(string source, string target)
    {
        Pass(nameof(Rename));
        base.Rename(source, target);
    }

    public override bool TryRename(string source, string target)
    {
        Pass(nameof(TryRename));
        return base.TryRename(source, target);
    }

    public override void Delete(string file)
    {
        Pass(nameof(Delete));
        base.Delete(file);
    }

    public override void DeleteFolder(string path)
    {
        Pass(nameof(DeleteFolder));
        base.DeleteFolder(path);
    }

    public override void FlushFolder(string path)
    {
        Pass(nameof(FlushFolder));
        base.FlushFolder(path);
    }

    private void Pass(string operation)
    {
        if (Fails(operation))
            throw Failure(operation);
    }

    private bool Fails(string operation)
    {
        var failing = fails(Interlocked.Increment(ref operations), operation);
        if (failing)
            Failures++;
        return failing;
    }

    private IOException Failure(string operation) => new($"{operation} failed for this test.", error);
}
