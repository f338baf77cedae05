using System.Globalization;
using System.Text;

namespace DurableTrainer.Workers.Commands.Processes;

/// <summary>
/// A shell that waits for the end of this process, however it ends, and then kills a session and every process with a variable in its
/// environment: a worker that is killed takes its command along.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    // What is killed is no longer found; what does not die is not waited for.
    private const string Script = """
        read -r session
        read -r nothing
        [ -n "$session" ] && kill -s KILL -- "-$session" 2>/dev/null
        for round in 1 2 3 4 5 6 7 8 9 10; do
          found=
          for folder in /proc/[0-9]*; do
            if grep -qs "$1" "$folder/environ" && kill -s KILL "${folder#/proc/}" 2>/dev/null; then found=1; fi
          done
          [ -z "$found" ] && exit
        done
        """;

    private readonly int process;
    private readonly FileStream leash;

    private Watchdog(int process, FileStream leash) => (this.process, this.leash) = (process, leash);

    /// <param name="variable">The variable, as <c>NAME=value</c>.</param>
    public static Watchdog Start(string variable)
    {
        var (reader, writer) = Linux.Pipe();
        using (reader)
        {
            var path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
            var process = Linux.Spawn(["/bin/sh", "-c", Script, "sh", variable], [new("PATH", path)], "/", reader, null, null);
            return new Watchdog(process, new FileStream(writer, FileAccess.Write, bufferSize: 0));
        }
    }

    /// <summary>Says what to kill first.</summary>
    public void Watch(int session) =>
        leash.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{session}\n")));

    /// <summary>There is nothing left to watch.</summary>
    public void Dispose()
    {
        Linux.Send(process, Linux.Kill);
        Linux.Wait(process, hang: true);
        leash.Dispose();
    }
}
