using System.Text;

namespace Skyline.Cli.Terminal;

/// <summary>All that the program has of the world around it, so that tests can give it another one.</summary>
/// <param name="Width">Columns of the terminal, asked anew for every drawing.</param>
/// <param name="Env">An environment variable, or null.</param>
/// <param name="ReadSecret">Asks for a line that is not echoed; null where nobody can be asked.</param>
sealed record Surroundings(
    TextReader In, Stream Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal,
    Func<int> Width, Func<string, string?> Env, Func<string, string>? ReadSecret, TimeProvider Time)
{
    public static Surroundings OfThisProcess() => new(
        new StreamReader(Console.OpenStandardInput()), new StandardOutput(), Console.Error,
        CanRedraw(Console.IsOutputRedirected), CanRedraw(Console.IsErrorRedirected),
        ConsoleWidth, Environment.GetEnvironmentVariable,
        Console.IsInputRedirected ? null : AskOnConsole, TimeProvider.System);

    static bool CanRedraw(bool redirected) => !redirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "" or null);

    static int ConsoleWidth()
    {
        try { return Console.WindowWidth is > 0 and var width ? width : 80; }
        catch (IOException) { return 80; }
    }

    static string AskOnConsole(string question)
    {
        Console.Error.Write(question);
        var answer = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key is ConsoleKey.Backspace) answer.Length = Math.Max(0, answer.Length - 1);
            else if (!char.IsControl(key.KeyChar)) answer.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return answer.ToString();
    }
}
