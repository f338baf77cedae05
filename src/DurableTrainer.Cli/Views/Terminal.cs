using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>The console that tables and live views are drawn on.</summary>
internal static class Terminal
{
    /// <summary>Columns of lines that go to a file or a pipe.</summary>
    private const int PlainWidth = 140;

    /// <summary>Whether somebody looks at a screen that can be redrawn.</summary>
    public static bool IsInteractive => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);

    public static IAnsiConsole Create(bool noColor)
    {
        var plain = noColor || !IsInteractive;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = plain || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        if (Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
