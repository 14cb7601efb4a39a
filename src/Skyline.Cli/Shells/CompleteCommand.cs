using System.CommandLine;
using System.CommandLine.Completions;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Shells;

/// <summary>`skyline complete LINE`, for shells: what may come at the end of a line, each with what it is, a tab between them.</summary>
static class CompleteCommand
{
    public static Command Make(GlobalOptions global, Func<RootCommand> commands)
    {
        var line = new Argument<string>("LINE") { Description = "What was typed, from the program's name up to the cursor" };
        var command = new Command("complete", "Say what may come next (for shells)") { line };
        command.Hidden = true;
        global.Does(command, (parsed, session, _) =>
        {
            foreach (var next in NextOf(commands(), parsed.GetRequiredValue(line))) session.Screen.Out.WriteLine(next);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    static IEnumerable<string> NextOf(RootCommand root, string line)
    {
        // The parser is given what comes after the program's name: that may be a path.
        var name = line.TrimStart().IndexOf(' ', StringComparison.Ordinal);
        if (name < 0) return [];
        var rest = line.TrimStart()[(name + 1)..];
        var word = rest[(rest.LastIndexOf(' ') + 1)..];
        return root.Parse(rest).GetCompletions(rest.Length)
            .Where(next => next.Label.StartsWith(word, StringComparison.Ordinal) && (word.StartsWith('-') || !next.Label.StartsWith('-')) && !next.Label.StartsWith('/'))
            .Select(Told).Distinct().Order(StringComparer.Ordinal);
    }

    static string Told(CompletionItem next) => $"{next.Label}\t{(next.Detail ?? next.Documentation ?? "").ReplaceLineEndings(" ")}";
}
