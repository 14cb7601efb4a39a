using System.CommandLine;
using Skyline.Cli.Batches;
using Skyline.Cli.Builds;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.MassRebuilds;

/// <summary>`skyline mass-rebuild create`: which packages, and how.</summary>
static class CreateMassRebuild
{
    static readonly Option<string?> target = new("--target") { Description = "Whose packages; not needed where the server has only one target", HelpName = "TARGET" };
    static readonly Option<bool> all = new("--all") { Description = "Every package of its tag" };
    static readonly Option<string[]> requires = new("--requires") { Description = "What requires such a capability ('libboost*.so.1.83'), or what a package of that name provides", HelpName = "GLOB" };
    static readonly Option<string[]> buildRequires = new("--build-requires") { Description = "What such a capability is needed for to be built", HelpName = "GLOB" };
    static readonly Option<string?> list = new("--list") { Description = "Names of source packages, one a line; what begins with # is passed over", HelpName = "FILE" };
    static readonly Option<string[]> exclude = new("--exclude") { Description = "Leave a source package out", HelpName = "PACKAGE" };
    static readonly Option<string?> title = new("--title") { Description = "What it is for, for people", HelpName = "TEXT" };
    static readonly Option<string?> changelog = new("--changelog") { Description = "What each package's changelog says of it", HelpName = "TEXT" };
    static readonly Option<string?> author = new("--author") { Description = "Whose changelog entry that is", HelpName = "'NAME <MAIL>'" };
    static readonly Option<bool> noBump = new("--no-bump") { Description = "Do not raise releases: where the chroot's %dist is a new one, say" };
    static readonly Option<int?> priority = new("--priority") { Description = "The lower number goes first: 20 is usual, 25 the background, which is where it goes without this", HelpName = "N" };
    static readonly Option<int?> retries = new("--retries") { Description = "How often a build is done again that broke through no fault of the package (default: 2)", HelpName = "N" };
    static readonly Option<bool> stop = new("--stop-at-failures") { Description = "Do not build what needs a package that failed; otherwise its earlier build is taken" };
    static readonly Option<string?> by = new("--by") { Description = "When it shall be done: 06:00 (the next one, by this machine's clock), or 2026-12-02T06:00Z; pools of builders grow for it", HelpName = "TIME" };
    static readonly Option<int?> mostBuilders = new("--most-builders") { Description = "How many builders of pools it may have at a time", HelpName = "N" };
    static readonly Option<bool> plan = new("--plan") { Description = "Only say what would be rebuilt, in which order, and how long it takes" };
    static readonly Option<bool> wait = new("--wait") { Description = "Follow it to its end" };

    public static Command Make(GlobalOptions global)
    {
        var command = new Command("create", "Begin a mass rebuild: a side tag, raised releases, waves in the order in which packages need each other")
        {
            target, all, requires, buildRequires, list, exclude, title, changelog, author, noBump, priority, retries, stop, by, mostBuilders, plan, wait,
        };
        global.Does(command, async (parsed, session, ct) =>
        {
            var wanted = await Wanted(parsed, session, ct);
            if (parsed.GetValue(plan)) return Show(session, await session.Client.PlanMassRebuild(wanted, ct));
            var begun = await session.Client.CreateMassRebuild(wanted, ct);
            if (parsed.GetValue(wait)) return await WatchBatch.ToTheEnd(session, begun.Batch, ct);
            session.Screen.Result(begun, SkylineJson.Default.MassRebuildDetails, to => to.WriteLine(Untrusted.Line(
                $"Mass rebuild {begun.Batch.Id}: {begun.Batch.Counts.All} packages in {begun.Batch.Waves.Count} waves, into {begun.Batch.SideTag}. Look at it with: skyline mass-rebuild show {begun.Batch.Id}")));
            return ExitCode.Ok;
        });
        return command;
    }

    static async Task<NewMassRebuild> Wanted(ParseResult parsed, Session session, CancellationToken ct)
    {
        var query = new PackageQuery(parsed.GetValue(all), parsed.GetValue(requires), parsed.GetValue(buildRequires), parsed.GetValue(list) is { } file ? await Names(file, ct) : null);
        if (query is { All: false, Requires: null or { Count: 0 }, BuildRequires: null or { Count: 0 }, Packages: null })
            throw StopException.Usage("Which packages? --all of them, those that --requires or --build-requires something, or a --list of their names.");
        return new(parsed.GetValue(target) ?? ChooseTarget.Of(await session.Client.Targets(ct)), query, parsed.GetValue(title), parsed.GetValue(changelog), parsed.GetValue(author), !parsed.GetValue(noBump),
            parsed.GetValue(priority), parsed.GetValue(retries), parsed.GetValue(exclude), parsed.GetValue(stop),
            parsed.GetValue(by) is { } time ? Deadline.Of(time, session.Time.GetLocalNow()) : null, parsed.GetValue(mostBuilders));
    }

    static async Task<IReadOnlyList<string>> Names(string path, CancellationToken ct)
    {
        await using var file = GivenFile.Open(path);
        using var text = new StreamReader(file);
        var names = (await text.ReadToEndAsync(ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#').ToList();
        return names.Count > 0 ? names : throw StopException.Usage($"{path} names no package.");
    }

    static ExitCode Show(Session session, MassRebuildPlan plan)
    {
        session.Screen.Result(plan, SkylineJson.Default.MassRebuildPlan, to =>
        {
            to.WriteLine(Untrusted.Line($"{plan.Title}: {plan.Packages.Count} packages of {plan.Tag} in {plan.Packages.Max(package => package.Wave)} waves, about {Amounts.Seconds(plan.EstimatedSeconds)} on the builders that are here."));
            foreach (var note in plan.Notes) to.WriteLine(Untrusted.Line(note));
            WriteRebuilds(to, plan.Packages);
            foreach (var cycle in plan.Cycles) to.WriteLine(Untrusted.Line($"They need each other to be built: {string.Join(", ", cycle)}"));
            foreach (var left in plan.LeftOut) to.WriteLine(Untrusted.Line($"Not rebuilt: {left.Package}: {left.Why}"));
        });
        return ExitCode.Ok;
    }

    public static void WriteRebuilds(TextWriter to, IReadOnlyList<PlannedRebuild> packages) => Table.Write(to, ["WAVE", "PACKAGE", "BUILT LAST AS", "TOOK", "AFTER"],
        packages.Select(package => (string?[])[$"{package.Wave}", package.Package, package.Nvr, package.Seconds is { } seconds ? Amounts.Seconds(seconds) : "?", string.Join(' ', package.After.Take(6)) + (package.After.Count > 6 ? $" and {package.After.Count - 6} more" : "")]));
}
