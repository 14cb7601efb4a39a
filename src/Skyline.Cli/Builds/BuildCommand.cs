using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>`skyline build`: submits source packages, several at once; with --wait it waits for all of them.</summary>
static class BuildCommand
{
    const int Background = 25;

    public static Command Make(GlobalOptions global)
    {
        var sources = new Argument<string[]>("SRPM") { Description = "Source packages: files, or http(s) addresses that the server fetches; or Git repositories, git+https://HOST/PATH#REF", Arity = ArgumentArity.OneOrMore };
        var target = new Option<string?>("--target") { Description = "The target; not needed where there is only one", HelpName = "TARGET" };
        var scratch = new Option<bool>("--scratch") { Description = "Build only, publish nothing" };
        var draft = new Option<bool>("--draft") { Description = "Build a draft: others may have its name, version and release; it is named by its number, until `skyline build promote` makes it the real one" };
        var wait = new Option<bool>("--wait") { Description = "Wait for the end of every build (`skyline chain` builds one after the other)" };
        var arches = new Option<string[]>("--arch") { Description = "Of a scratch build: build for this architecture alone, or these", HelpName = "ARCH" };
        var background = new Option<bool>("--background") { Description = "Let what others submit go first (priority 25)" };
        var priority = new Option<int?>("--priority") { Description = "The lower goes first; 20 is usual, and before it release engineers alone may go", HelpName = "NUMBER" };
        var command = new Command("build", "Build source packages") { sources, target, scratch, draft, wait, arches, background, priority };
        var options = new GivenOptions();
        options.AddTo(command);
        var subdirectory = new Option<string?>("--subdir") { Description = "Of what is built from Git: the package's folder in the repository", HelpName = "PATH" };
        var method = new Option<string?>("--method") { Description = "Of what is built from Git: how the source package is made; by default as the repository's host is known", HelpName = "METHOD" };
        method.AcceptOnlyFromAmong("spec", "dist-git", "make-srpm");
        var noSubmodules = new Option<bool>("--no-submodules") { Description = "Of what is built from Git: leave its submodules' folders empty" };
        var noLfs = new Option<bool>("--no-lfs") { Description = "Of what is built from Git: leave the pointers where files are in Git LFS" };
        command.Options.Add(noSubmodules);
        command.Options.Add(noLfs);
        command.Options.Add(subdirectory);
        command.Options.Add(method);
        global.Does(command, (parsed, session, ct) =>
            Build(session, parsed.GetRequiredValue(sources), parsed.GetValue(target), parsed.GetValue(scratch), parsed.GetValue(wait),
                new(options.Read(parsed), parsed.GetValue(arches) ?? [], parsed.GetValue(priority) ?? (parsed.GetValue(background) ? Background : null), parsed.GetValue(draft), parsed.GetValue(subdirectory), MethodOf(parsed.GetValue(method)), !parsed.GetValue(noSubmodules), !parsed.GetValue(noLfs)), ct));
        command.Validators.Add(given =>
        {
            if (new Option[] { subdirectory, method, noSubmodules, noLfs }.Any(option => given.GetResult(option) is not null) && given.GetValue(sources) is { } all && !all.All(one => one.StartsWith("git+", StringComparison.Ordinal)))
                given.AddError("--subdir, --method, --no-submodules and --no-lfs are of what is built from Git: git+https://HOST/PATH#REF.");
            if (given.GetResult(scratch) is not null && given.GetResult(draft) is not null) given.AddError("A scratch build is published nowhere and a draft is: give --scratch or --draft.");
        });
        command.Subcommands.Add(Promote(global));
        return command;
    }

    internal static SourceMethod? MethodOf(string? word) => word switch { "spec" => SourceMethod.Spec, "dist-git" => SourceMethod.DistGit, "make-srpm" => SourceMethod.MakeSrpm, _ => null };

    static Command Promote(GlobalOptions global)
    {
        var build = new Argument<long>("BUILD") { Description = "Number of the draft" };
        var command = new Command("promote", "Make a draft the real build of its name, version and release") { build };
        global.Does(command, async (parsed, session, ct) =>
        {
            var promoted = await session.Client.PromoteDraft(parsed.GetRequiredValue(build), ct);
            session.Know(promoted);
            session.Screen.Result(promoted, SkylineJson.Default.BuildDetails, to => to.WriteLine($"Build {promoted.Id} is {Untrusted.Line(promoted.Nvr)} now, and a draft no more."));
            return ExitCode.Ok;
        });
        return command;
    }

    static async Task<ExitCode> Build(Session session, string[] given, string? target, bool scratch, bool wait, Wishes wishes, CancellationToken ct)
    {
        // All are looked at before the first is sent: a slip in the third name costs nothing.
        var sources = given.Select(SourcePackage.Find).ToList();
        target ??= ChooseTarget.Of(await session.Client.Targets(ct));
        var sent = await SubmitPackages.All(session, sources, target, scratch, wishes, ct);
        foreach (var failed in sent.OfType<Sent.Failed>()) session.Screen.Warn(Untrusted.Line(sent.Count == 1 ? failed.Why.Message : $"{failed.Source.Name}: {failed.Why.Message}"));
        IReadOnlyList<BuildDetails> builds = [.. sent.OfType<Sent.Queued>().Select(queued => queued.Build)];
        if (wait && builds.Count > 0) builds = await WatchBuilds.ToTheEnd(session, [.. builds.Select(build => build.Id)], ct);
        var errors = sent.OfType<Sent.Failed>().ToList();
        if (session.Screen.Json) session.Screen.Document(new BuildsDocument(builds, errors.FirstOrDefault()?.Why, errors.Count == 0 ? null : [.. errors.Select(failed => new NotSubmitted(failed.Source.Name, failed.Why))]), CliJson.Default.BuildsDocument);
        // What was not even begun counts more than how the others ended.
        return errors.Count > 0 ? (ExitCode)errors[0].Why.ExitCode : wait ? Outcome.Of(builds) : ExitCode.Ok;
    }
}
