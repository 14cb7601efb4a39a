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
        var command = new Command("lock", "Print the exact packages that a build was made from") { build, arch };
        global.Does(command, (parsed, session, ct) => Show(session, parsed.GetValue(build), parsed.GetValue(arch), ct));
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
