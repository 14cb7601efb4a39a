using System.CommandLine;
using System.CommandLine.Help;

namespace Skyline.Cli.Shells;

/// <summary>A tree of commands as a page for man(1), in the macros that every man reads.</summary>
static class ManPage
{
    public static void Write(RootCommand root, TextWriter to)
    {
        to.WriteLine($".TH SKYLINE 1 \"\" \"skyline {Program.Version}\" \"User Commands\"");
        Section(to, "NAME", @"skyline \- builds RPM packages on a Skyline server");
        Section(to, "SYNOPSIS", @".B skyline", @".I COMMAND", @"[\fIOPTION\fR]... [\fIARGUMENT\fR]...");
        Section(to, "DESCRIPTION", Text("Submits source packages to a Skyline server, watches their builds, and looks after tags, targets, builders, people and what else there is on one. It begins with `skyline login ADDRESS`."));
        Section(to, "OPTIONS OF EVERY COMMAND");
        foreach (var option in root.Options) Option(option, to);
        Section(to, "COMMANDS");
        foreach (var command in root.Subcommands) Command(command, "skyline", to);
        Section(to, "EXIT STATUS");
        foreach (var (code, meaning) in ExitCodes.Table) Entry(to, $@"\fB{(int)code}\fR", meaning);
        Section(to, "ENVIRONMENT");
        Entry(to, @"\fBSKYLINE_SERVER\fR", "The server, as --server gives it.");
        Entry(to, @"\fBSKYLINE_TOKEN\fR", "The token, in place of the saved one.");
        Entry(to, @"\fBhttps_proxy\fR, \fBhttp_proxy\fR, \fBno_proxy\fR", "The proxy that it goes through.");
        Section(to, "FILES");
        Entry(to, @"\fI~/.config/skyline/config.json\fR", "The saved login.");
        Section(to, "SEE ALSO", @".BR skyline\-server (8),", @".BR skyline\-builder (8)");
    }

    static void Command(Command command, string above, TextWriter to)
    {
        if (command.Hidden) return;
        var path = $"{above} {command.Name}";
        if (command.Action is not null)
        {
            to.WriteLine($".SS {Text(path)}");
            to.WriteLine(Line($"{Words(command.Description)}"));
            to.WriteLine(".PP");
            to.WriteLine($@"\fB{Text(path)}\fR{string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(Argument))}{(command.Options.Any(Shown) ? @" [\fIOPTION\fR]..." : "")}");
            foreach (var argument in command.Arguments.Where(argument => !argument.Hidden && argument.Description is not null)) Entry(to, $@"\fI{Text(argument.Name)}\fR", Words(argument.Description));
            foreach (var option in command.Options) Option(option, to);
        }
        foreach (var below in command.Subcommands) Command(below, path, to);
    }

    static string Argument(Argument argument)
    {
        var name = $@"\fI{Text(argument.Name)}\fR{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $" [{name}]" : $" {name}";
    }

    static bool Shown(Option option) => !option.Hidden && option is not HelpOption;

    static void Option(Option option, TextWriter to)
    {
        if (!Shown(option)) return;
        var names = string.Join(", ", option.Aliases.Where(alias => !alias.StartsWith('/')).Prepend(option.Name).Distinct().Select(name => $@"\fB{Text(name)}\fR"));
        Entry(to, option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) ? $@"{names} \fI{Text(option.HelpName ?? "VALUE")}\fR" : names, Words(option.Description));
    }

    static void Section(TextWriter to, string title, params string[] lines)
    {
        to.WriteLine($".SH {title}");
        foreach (var line in lines) to.WriteLine(line);
    }

    static void Entry(TextWriter to, string head, string text)
    {
        to.WriteLine(".TP");
        to.WriteLine(head);
        to.WriteLine(Line(text));
    }

    static string Words(string? description) => (description ?? "").ReplaceLineEndings(" ");

    /// <summary>A line that begins with a point or a quote would be a command of man's.</summary>
    static string Line(string text) => Text(text) is { Length: > 0 } line ? line[0] is '.' or '\'' ? @"\&" + line : line : @"\&";

    static string Text(string text) => text.Replace(@"\", @"\e", StringComparison.Ordinal).Replace("-", @"\-", StringComparison.Ordinal);
}
