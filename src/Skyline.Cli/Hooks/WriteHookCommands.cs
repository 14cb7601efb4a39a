using System.CommandLine;
using Skyline.Cli.Builds;
using Skyline.Protocol;

namespace Skyline.Cli.Hooks;

/// <summary>`skyline hook add|edit|rotate`.</summary>
static class WriteHookCommands
{
    static Option<string[]> Branch() => new("--branch") { Description = "Branches that are built: * stands for anything without a slash, ** for anything (can be given several times)", HelpName = "PATTERN" };
    static Option<string[]> Tag() => new("--tag") { Description = "Tags that are built (can be given several times)", HelpName = "PATTERN" };
    static Option<string[]> Path() => new("--path") { Description = "Files, one of which a push must have changed (can be given several times; default: the subdirectory's, or any)", HelpName = "PATTERN" };
    static Option<PullRequestsOf?> PullRequests() => new("--pull-requests") { Description = "Whose pull requests are built, as scratch builds: nobody, members (who may push; others' are held), anybody", HelpName = "WHOSE" };
    static Option<bool?> Scratch() => new("--scratch") { Description = "Build branches and tags as scratch builds: publish nothing", Arity = ArgumentArity.ZeroOrOne };
    static Option<string?> ForgeToken() => new("--forge-token-file") { Description = "A file with the forge's token, to tell it what becomes of builds (- for standard input)", HelpName = "FILE" };
    static Option<string?> Api() => new("--api") { Description = "Where the forge's API is, if not in its usual place", HelpName = "URL" };
    static Option<string?> SecretFile() => new("--secret-file") { Description = "Of Pagure: a file with the project's web-hook key (- for standard input)", HelpName = "FILE" };

    public static Command Add(GlobalOptions global)
    {
        var name = HookCommand.NameArgument();
        var forge = new Option<Forge>("--forge") { Description = "github, gitlab, forgejo, gitea or pagure", HelpName = "FORGE", Required = true };
        var repository = new Option<string>("--repository") { Description = "The repository's address", HelpName = "URL", Required = true };
        var target = new Option<string>("--target") { Description = "What it is built for", HelpName = "TARGET", Required = true };
        var method = new Option<string?>("--method") { Description = "How the source package is made; by default as the repository's host is known", HelpName = "METHOD" };
        method.AcceptOnlyFromAmong("spec", "dist-git", "make-srpm");
        var subdirectory = new Option<string?>("--subdir") { Description = "Where in the repository the package is (default: at its top)", HelpName = "PATH" };
        var (branch, tag, path, pulls, scratch, token, api, secret) = (Branch(), Tag(), Path(), PullRequests(), Scratch(), ForgeToken(), Api(), SecretFile());
        var command = new Command("add", "Make a hook, and print its address and its secret: the only time that is shown") { name, forge, repository, target, branch, tag, path, pulls, scratch, subdirectory, method, token, api, secret };
        global.Does(command, async (parsed, session, ct) => HookCommand.Show(session, await session.Client.AddHook(new NewHook(
            parsed.GetRequiredValue(name), parsed.GetRequiredValue(repository), parsed.GetRequiredValue(target), parsed.GetRequiredValue(forge), BuildCommand.MethodOf(parsed.GetValue(method)), parsed.GetValue(subdirectory),
            parsed.GetValue(branch) ?? [], parsed.GetValue(tag) ?? [], parsed.GetValue(path) is { Length: > 0 } paths ? paths : null, parsed.GetValue(pulls) ?? PullRequestsOf.Nobody, parsed.GetValue(scratch) ?? false,
            Secret(parsed.GetValue(token), session), parsed.GetValue(api), Secret(parsed.GetValue(secret), session)), ct)));
        return command;
    }

    public static Command Edit(GlobalOptions global)
    {
        var name = HookCommand.NameArgument();
        var target = new Option<string?>("--target") { Description = "What it is built for", HelpName = "TARGET" };
        var (branch, tag, path, pulls, scratch, token, api) = (Branch(), Tag(), Path(), PullRequests(), Scratch(), ForgeToken(), Api());
        var command = new Command("edit", "Change a hook; what is not given stays, and an empty pattern is none") { name, target, branch, tag, path, pulls, scratch, token, api };
        global.Does(command, async (parsed, session, ct) => HookCommand.Show(session, await session.Client.EditHook(parsed.GetRequiredValue(name), new HookEdit(
            parsed.GetValue(target), Given(parsed.GetValue(branch)), Given(parsed.GetValue(tag)), Given(parsed.GetValue(path)), parsed.GetValue(pulls), parsed.GetValue(scratch), Secret(parsed.GetValue(token), session), parsed.GetValue(api)), ct)));
        return command;
    }

    public static Command Rotate(GlobalOptions global)
    {
        var (name, secret) = (HookCommand.NameArgument(), SecretFile());
        var atOnce = new Option<bool>("--at-once") { Description = "The secret before is good no more; otherwise it is for seven days" };
        var command = new Command("rotate", "Give a hook another secret, and print it: the only time that is shown") { name, atOnce, secret };
        global.Does(command, async (parsed, session, ct) => HookCommand.Show(session, await session.Client.RotateHook(parsed.GetRequiredValue(name), new RotateHook(parsed.GetValue(atOnce), Secret(parsed.GetValue(secret), session)), ct)));
        return command;
    }

    static string[]? Given(string[]? patterns) => patterns is null or [] ? null : [.. patterns.Where(pattern => pattern.Length > 0)];

    static string? Secret(string? file, Session session)
    {
        if (file is null) return null;
        if (file == "-") return session.World.In.ReadToEnd().Trim();
        using var reader = new StreamReader(GivenFile.Open(file));
        return reader.ReadToEnd().Trim();
    }
}
