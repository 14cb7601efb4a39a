using System.CommandLine;
using Skyline.Cli.Batches;
using Skyline.Cli.Builds;
using Skyline.Cli.Imports;
using Skyline.Cli.Terminal;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Cli.MassRebuilds;

/// <summary>`skyline plan-bump`: what a library's new build breaks, before anything is built.</summary>
static class PlanBumpCommand
{
    public static Command Make(GlobalOptions global)
    {
        var target = new Option<string?>("--target") { Description = "Whose packages; not needed where the server has only one target", HelpName = "TARGET" };
        var build = new Option<long?>("--build") { Description = "The library's new build: any that is complete, a scratch build too", HelpName = "BUILD" };
        var files = new Argument<string[]>("FILE") { Description = "In place of a build: the library's new packages (*.rpm); their headers are read here", Arity = ArgumentArity.ZeroOrMore };
        var exclude = new Option<string[]>("--exclude") { Description = "Leave a source package out of the rebuild", HelpName = "PACKAGE" };
        var changelog = new Option<string?>("--changelog") { Description = "What each package's changelog says of its rebuild", HelpName = "TEXT" };
        var author = new Option<string?>("--author") { Description = "Whose changelog entry that is", HelpName = "'NAME <MAIL>'" };
        var start = new Option<bool>("--start") { Description = "Begin exactly this plan's mass rebuild: the library first, then the waves. Files are imported for it; the source package must be among them" };
        var wait = new Option<bool>("--wait") { Description = "Follow it to its end" };
        var command = new Command("plan-bump", "Say what a new build of a library breaks, what must be rebuilt for it in which order, and how long that takes") { target, build, files, exclude, changelog, author, start, wait };
        global.Does(command, async (parsed, session, ct) =>
        {
            var paths = parsed.GetValue(files) ?? [];
            var given = paths.Length > 0 ? await Read(paths, ct) : null;
            if (parsed.GetValue(build) is null == given is null) throw StopException.Usage("Name the library's new build with --build, or its packages' files; one of the two.");
            var wanted = new NewBumpPlan(parsed.GetValue(target) ?? ChooseTarget.Of(await session.Client.Targets(ct)), parsed.GetValue(build), given, Changelog: parsed.GetValue(changelog), Author: parsed.GetValue(author), Exclude: parsed.GetValue(exclude));
            var toImport = parsed.GetValue(start) && given is not null ? ToImport(paths, given) : [];
            var plan = await session.Client.PlanBump(wanted, ct);
            if (!parsed.GetValue(start)) return Show(session, plan);
            if (!session.Screen.Json) Write(session.Screen.Out, plan);
            if (toImport.Count > 0) wanted = wanted with { Packages = null, Build = await Import(session, toImport, plan, ct) };
            plan = await session.Client.PlanBump(wanted with { Start = true, Digest = plan.Digest }, ct);
            if (parsed.GetValue(wait)) return await WatchBatch.ToTheEnd(session, await session.Client.Batch(plan.MassRebuild!.Value, ct), ct);
            session.Screen.Result(plan, SkylineJson.Default.BumpPlan, to => to.WriteLine($"Mass rebuild {plan.MassRebuild} has begun. Look at it with: skyline mass-rebuild show {plan.MassRebuild}"));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>A rebuild begins with a build of the library, so the files must make one: packages of one source package, and that.</summary>
    /// <exception cref="StopException">They do not.</exception>
    static List<RpmFile> ToImport(IReadOnlyList<string> paths, IReadOnlyList<GivenPackage> given)
    {
        var (all, sources) = (paths.Distinct().Select(RpmFile.Find).ToList(), given.Select(one => one.SourceRpm).Distinct().ToList());
        if (sources.Count > 1) throw StopException.Usage($"Those are packages of several source packages ({Untrusted.Line(string.Join(", ", sources.Take(5)))}); a rebuild begins with one library.");
        return all.Any(file => file.IsSource) ? all : throw StopException.Usage(
            $"A rebuild begins with a build of the library, and that is not known by its packages alone: give {Untrusted.Line(sources[0])} along with them, and they are imported. Or build it (skyline build --scratch {Untrusted.Line(sources[0])}), and plan from that build with --build.");
    }

    /// <returns>The build that they are of; it is in no tag.</returns>
    static async Task<long> Import(Session session, IReadOnlyList<RpmFile> files, BumpPlan plan, CancellationToken ct)
    {
        session.ComeBack = () => "Nothing was begun. What has been uploaded is not uploaded again: repeat the command.";
        var imported = await UploadPackages.All(session, files, ct);
        session.ComeBack = () => null;
        var build = imported.FirstOrDefault(one => one.Nvr == plan.New) ?? throw new StopException(ExitCode.Refused, $"Those packages were imported as {Untrusted.Line(string.Join(", ", imported.Select(one => one.Nvr).Distinct()))}, and the plan is for {Untrusted.Line(plan.New)}; nothing was begun.");
        session.Screen.Say(Untrusted.Line($"{plan.New} is imported as build {build.Build}, into no tag yet."));
        return build.Build;
    }

    static async Task<IReadOnlyList<GivenPackage>> Read(IReadOnlyList<string> paths, CancellationToken ct)
    {
        var given = new List<GivenPackage>();
        foreach (var path in paths)
        {
            await using var file = GivenFile.Open(path);
            try
            {
                var package = await RpmPackage.Read(file, Path.GetFileName(path), ct);
                if (package.IsSource) continue;
                var has = PackageCapabilities.Of(package);
                given.Add(new(package.Nevra.FileName, package.SourceRpm ?? "", Texts(has.Provides), has.Files, Texts(has.Requires)));
            }
            catch (BadRpmException e)
            {
                throw StopException.Usage(e.Message);
            }
        }
        return given.Count > 0 ? given : throw StopException.Usage("None of those files is a binary package; a plan is made from what those provide.");
    }

    static IReadOnlyList<string> Texts(IReadOnlyList<Dependency> all) => [.. all.Select(one => one.ToString())];

    static ExitCode Show(Session session, BumpPlan plan)
    {
        session.Screen.Result(plan, SkylineJson.Default.BumpPlan, to => Write(to, plan));
        return ExitCode.Ok;
    }

    static void Write(TextWriter to, BumpPlan plan)
    {
        to.WriteLine(Untrusted.Line($"{plan.New}{(plan.Old is { } old ? $" in place of {old}" : "")} in {plan.Tag}: {plan.Rebuilds.Count} packages must be rebuilt, about {Amounts.Seconds(plan.EstimatedSeconds)}; until then {plan.Broken.Count} do not install."));
        foreach (var note in plan.Notes) to.WriteLine(Untrusted.Line(note));
        foreach (var gone in plan.Gone) to.WriteLine(Untrusted.Line($"  goes   {gone}"));
        foreach (var come in plan.Come) to.WriteLine(Untrusted.Line($"  comes  {come}"));
        if (plan.Rebuilds.Count > 0) CreateMassRebuild.WriteRebuilds(to, plan.Rebuilds);
        foreach (var one in plan.Broken) to.WriteLine(Untrusted.Line($"Does not install until then: {one.Package} needs {string.Join(", ", one.Unmet)}{(one.Through is { } through ? $", of {through}" : "")}"));
        foreach (var left in plan.CannotRebuild) to.WriteLine(Untrusted.Line($"Stays broken: {left.Package}: {left.Why}"));
        foreach (var left in plan.NoLongerBuild) to.WriteLine(Untrusted.Line($"No longer builds: {left.Package}: {left.Why}"));
    }
}
