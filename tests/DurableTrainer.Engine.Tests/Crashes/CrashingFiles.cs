using DurableTrainer.Engine.Files;

namespace DurableTrainer.Engine.Tests.Crashes;

/// <summary>
/// A disk in memory that keeps apart what was flushed from what was only written, and fails at a chosen step. After that nothing works
/// any more, until the machine is started again with what a crash would have left. Or it is full from a chosen step on, until room is made.
/// </summary>
internal sealed class CrashingFiles : IJournalFiles
{
    // What a disk writes at once, or not at all. Far smaller than any real one, so that the short batches of tests have many.
    private const int PageBytes = 64;

    private readonly object gate = new();
    private readonly Dictionary<string, Content> names;
    private Dictionary<string, Content> durableNames;
    private bool crashed;
    private bool full;
    private bool locked;

    public CrashingFiles() : this([])
    {
    }

    private CrashingFiles(Dictionary<string, Content> names) => (this.names, durableNames) = (names, new(names));

    public string Folder => "memory";

    /// <summary>How many writes, flushes, renames and deletions there were.</summary>
    public int Steps { get; private set; }

    /// <summary>The step that fails; none when 0.</summary>
    public int FailAt { get; init; }

    public bool Crashed => crashed;

    /// <summary>The step from which on there is no space; never when 0.</summary>
    public int FullAt { get; init; }

    /// <summary>Whether it has been full.</summary>
    public bool WasFull { get; private set; }

    /// <summary>
    /// The disk after a crash: what was flushed, and some of what was not. Each name that was made or removed since the folder was
    /// flushed may be there or not, whatever became of the others.
    /// </summary>
    public CrashingFiles Restart(Random random, int failAt = 0)
    {
        lock (gate)
        {
            var survivors = new Dictionary<string, Content>();
            foreach (var name in durableNames.Keys.Union(names.Keys).Order())
            {
                if ((random.Next(2) == 0 ? durableNames : names).TryGetValue(name, out var content))
                    survivors.Add(name, content.AfterCrash(random));
            }
            return new(survivors) { FailAt = failAt };
        }
    }

    public void FillUp()
    {
        lock (gate)
            full = true;
    }

    public void MakeRoom()
    {
        lock (gate)
            full = false;
    }

    public void CreateFolder()
    {
    }

    public IDisposable Lock()
    {
        Assert.False(locked, "Two engines hold one folder.");
        locked = true;
        return new Held(this);
    }

    public IReadOnlyList<string> List()
    {
        lock (gate)
            return [.. names.Keys];
    }

    public byte[] Read(string name)
    {
        lock (gate)
            return names[name].Written.ToArray();
    }

    public IJournalFile Create(string name)
    {
        Step(needsSpace: true);
        lock (gate)
        {
            names.Add(name, new());
            return new OpenFile(this, names[name]);
        }
    }

    public IJournalFile Open(string name, long length)
    {
        Step();
        lock (gate)
        {
            names[name].Written.SetLength(length);
            names[name].Written.Position = length;
            return new OpenFile(this, names[name]);
        }
    }

    public void Rename(string from, string to)
    {
        Step(needsSpace: true);
        lock (gate)
        {
            names.Remove(from, out var content);
            names[to] = content!;
        }
    }

    public void Delete(string name)
    {
        Step();
        lock (gate)
            names.Remove(name);
    }

    public void FlushFolder()
    {
        Step(needsSpace: true);
        lock (gate)
            durableNames = new(names);
    }

    private void Step(bool needsSpace = false)
    {
        const int NoSpaceLeft = 28;
        lock (gate)
        {
            crashed |= ++Steps == FailAt;
            if (crashed)
                throw new IOException("The machine crashed.");
            full |= Steps == FullAt;
            WasFull |= full;
            if (full && needsSpace)
                throw new IOException("No space left on device", NoSpaceLeft);
        }
    }

    private sealed class Content
    {
        public MemoryStream Written { get; } = new();

        public byte[] Durable { get; set; } = [];

        public Content AfterCrash(Random random)
        {
            var written = Written.ToArray();
            // A file that was cut and not flushed may come back in its old length.
            var kept = written.Length < Durable.Length ? Durable : KeepSome(written, random);
            var content = new Content { Durable = kept };
            content.Written.Write(kept);
            return content;
        }

        // One that grew keeps some of what was added: it may have its new length already, and of what it should hold any page at all.
        private byte[] KeepSome(byte[] written, Random random)
        {
            var kept = written[..(random.Next(2) == 0 ? written.Length : random.Next(Durable.Length, written.Length + 1))];
            for (var (from, end) = (Durable.Length, 0); from < kept.Length; from = end)
            {
                end = Math.Min(kept.Length, (from / PageBytes + 1) * PageBytes);
                if (random.Next(3) == 0)
                    kept.AsSpan(from..end).Clear();
            }
            return kept;
        }
    }

    private sealed class OpenFile(CrashingFiles files, Content content) : IJournalFile
    {
        public void Write(ReadOnlySpan<byte> data)
        {
            try
            {
                files.Step(needsSpace: true);
            }
            catch (IOException)
            {
                content.Written.Write(data[..(data.Length / 2)]);
                throw;
            }
            lock (files.gate)
                content.Written.Write(data);
        }

        public void Flush()
        {
            files.Step(needsSpace: true);
            lock (files.gate)
                content.Durable = content.Written.ToArray();
        }

        public void Dispose()
        {
        }
    }

    private sealed class Held(CrashingFiles files) : IDisposable
    {
        public void Dispose() => files.locked = false;
    }
}
