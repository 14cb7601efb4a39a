using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Locks;

/// <summary>`skyline lock`: the exact packages that a build was made from, a line each.</summary>
static class LockCommand
{
    public static Command Make(GlobalOptions global)
    {
        var build = new Argument<long>("BUILD") { Description = "Number of a build", CustomParser = given => Numbers.One("a build")(given) ?? 0 };
        var arch = new Option<string?>("--arch") { Description = "The architecture, where the build has several", HelpName = "ARCH" };
        var since = new Option<long?>("--since") { Description = "Only what is other than in an earlier build's buildroot, by update", HelpName = "BUILD", CustomParser = Numbers.One("a build") };
        var command = new Command("lock", "Print the exact packages that a build was made from") { build, arch, since };
        global.Does(command, (parsed, session, ct) => parsed.GetValue(since) is { } earlier
            ? ShowUpdates(session, earlier, parsed.GetValue(build), parsed.GetValue(arch), ct)
            : Show(session, parsed.GetValue(build), parsed.GetValue(arch), ct));
        return command;
    }

    static async Task<ExitCode> Show(Session session, long build, string? arch, CancellationToken ct)
    {
        var found = await session.Client.Lock(build, arch, ct);
        session.Screen.Result(found, SkylineJson.Default.BuildLock, to =>
        {
            foreach (var line in found.Packages.Select(Line).Order(StringComparer.Ordinal)) to.WriteLine(Untrusted.Line(line));
        });
        if (found.Kept < found.Packages.Count && !session.Screen.Json) session.Screen.Warn(NotKept(found));
        return ExitCode.Ok;
    }

    static async Task<ExitCode> ShowUpdates(Session session, long before, long after, string? arch, CancellationToken ct)
    {
        var difference = await session.Client.CompareBuildroots(before, after, arch, ct);
        session.Screen.Result(difference, SkylineJson.Default.BuildrootDifference, to =>
        {
            foreach (var update in difference.Updates)
            {
                to.WriteLine(Untrusted.Line(update.Title));
                foreach (var package in update.Packages) to.WriteLine(Untrusted.Line($"  {package.Before ?? "-"} → {package.After ?? "-"}"));
            }
        });
        return ExitCode.Ok;
    }

    /// <summary>As the server keeps it: the lines' SHA-256 is the lock's.</summary>
    static string Line(LockPackage package) => package.Repo.Length == 0
        ? $"{package.Sha256} {package.Nevra}"
        : string.Create(CultureInfo.InvariantCulture, $"{package.Sha256} {package.Nevra} {package.Size} {package.Repo}");

    static string NotKept(BuildLock found)
    {
        var missing = found.Packages.Where(package => !package.Kept).ToList();
        var first = missing[0];
        return $"{missing.Count} of {found.Packages.Count} packages are not kept on the server, so this build cannot be made exactly again there. {Untrusted.Line(first.Nevra)}: {Untrusted.Line(first.Why)}";
    }
}
