namespace DurableTrainer.Workers.Commands.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Status">As the system tells it.</param>
/// <param name="CpuTime">What it used, and its children that it waited for.</param>
internal sealed record ProcessEnd(int Status, TimeSpan CpuTime)
{
    public bool IsGood => Status == 0;

    private int Signal => Status & 0x7f;

    public override string ToString() => Signal switch
    {
        0 => $"ended with status {(Status >> 8) & 0xff}",
        Linux.Kill => "was killed by signal 9, which is what the system does when memory runs out",
        _ => $"was killed by signal {Signal}",
    };
}
