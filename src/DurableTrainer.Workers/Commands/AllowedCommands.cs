namespace DurableTrainer.Workers.Commands;

/// <summary>
/// The programs that the operator of this machine lets experiments run. Who may run an interpreter such as <c>python3</c> may run
/// anything that the user of the worker may.
/// </summary>
public sealed class AllowedCommands
{
    /// <summary>Where an operator lists programs beside the command line, separated as in <c>PATH</c> or by semicolons.</summary>
    public const string Variable = "DTRAIN_ALLOW_COMMANDS";

    private readonly bool any;

    /// <param name="programs">Names as experiments write them, or full paths.</param>
    public AllowedCommands(IEnumerable<string> programs) => Programs = [.. programs.Where(program => program.Length > 0).Distinct()];

    private AllowedCommands(bool any) => (this.any, Programs) = (any, []);

    public static AllowedCommands None { get; } = new(any: false);

    /// <summary>For those who look at experiments and run nothing.</summary>
    public static AllowedCommands Any { get; } = new(any: true);

    public IReadOnlyList<string> Programs { get; }

    /// <param name="options">What the command line allows.</param>
    /// <param name="variable">The content of <see cref="Variable"/>.</param>
    public static AllowedCommands Of(IEnumerable<string> options, string? variable) =>
        new([.. options, .. (variable ?? "").Split([':', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);

    /// <returns>Why a program may not be run in a folder, as a sentence, or null.</returns>
    public string? WhyNot(string program, string folder)
    {
        if (any || Programs.Contains(program) || (CommandFiles.Find(program, folder) is { } path && Programs.Contains(path)))
            return null;
        return $"'{program}' may not be run here; whoever operates this machine can allow it with --allow-command {program}, or in {Variable}";
    }
}
