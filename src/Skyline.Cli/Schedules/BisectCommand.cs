using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Schedules;

/// <summary>`skyline bisect`, `skyline bisection list|show|cancel`: which update of the buildroot made a package fail.</summary>
static class BisectCommand
{
    /// <summary>How long the server may hold a question, in seconds.</summary>
    const int Hold = 50;

    public static Command Make(GlobalOptions global)
    {
        var package = new Argument<string>("PACKAGE") { Description = "Name of the source package" };
        var tag = new Option<string>("--tag") { Description = "In which tag it fails", HelpName = "TAG", Required = true };
        var good = new Option<long?>("--good") { Description = "A build that succeeded (default: its last good one)", HelpName = "BUILD", CustomParser = Numbers.One("a build") };
        var bad = new Option<long?>("--bad") { Description = "A build that failed (default: its first bad one)", HelpName = "BUILD", CustomParser = Numbers.One("a build") };
        var most = new Option<int?>("--most") { Description = "So many builds at most (default: 60)", HelpName = "N" };
        var wait = new Option<bool>("--wait") { Description = "Wait for its end" };
        var command = new Command("bisect", "Find the update of the buildroot that made a package fail") { package, tag, good, bad, most, wait };
        global.Does(command, async (parsed, session, ct) =>
        {
            var begun = await session.Client.Bisect(new NewBisection(parsed.GetRequiredValue(tag), parsed.GetRequiredValue(package), parsed.GetValue(good), parsed.GetValue(bad), parsed.GetValue(most)), ct);
            var id = begun.Bisection.Id;
            session.Screen.Say($"Bisection {id}: {ServerAddress.Shown(session.Server!)}/bisections/{id}");
            session.ComeBack = () => $"Bisection {id} goes on; come back to it with: skyline bisection show {id}";
            return Show(session, parsed.GetValue(wait) ? await ToTheEnd(session, begun, ct) : begun, parsed.GetValue(wait));
        });
        return command;
    }

    public static Command MakeBisection(GlobalOptions global) => new("bisection", "Look at and end searches for what made packages fail") { ListCommand(global), ShowCommand(global), CancelCommand(global) };

    static async Task<BisectionDetails> ToTheEnd(Session session, BisectionDetails now, CancellationToken ct)
    {
        var keepTrying = new KeepTrying(session.Time, session.Screen.Say);
        while (now.Bisection.State == BisectionState.Running)
        {
            var (known, asked) = (now.Bisection, session.Time.GetTimestamp());
            now = await keepTrying.Until(() => session.Client.WaitBisection(known.Id, known.Revision, Hold, ct), ct);
            if (now.Bisection.Probes != known.Probes) session.Screen.Say($"Probe {now.Bisection.Probes}, of {now.Bisection.Updates} updates");
            // Something between us and the server does not hold the question: ask no more than once a second.
            else if (now.Bisection.Revision == known.Revision && session.Time.GetElapsedTime(asked) < TimeSpan.FromSeconds(1)) await Task.Delay(TimeSpan.FromSeconds(1), session.Time, ct);
        }
        return now;
    }

    static Command ListCommand(GlobalOptions global)
    {
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "List the searches, the newest first") { limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.Bisections(ct, limit: parsed.GetValue(limit));
            session.Screen.Result(page, SkylineJson.Default.BisectionPage, to => Table.Write(to, ["BISECTION", "TAG", "PACKAGE", "STATE", "UPDATES", "PROBES", "GUILTY"],
                page.Bisections.Select(one => (string?[])[$"{one.Id}", one.Tag, one.Package, one.State.ToString().ToLowerInvariant(), $"{one.Updates}", $"{one.Probes}", string.Join("; ", one.Guilty)])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var id = Id();
        var command = new Command("show", "Show a search: the updates, the probes, what was found") { id };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.Bisection(parsed.GetValue(id), ct), waited: false));
        return command;
    }

    static Command CancelCommand(GlobalOptions global)
    {
        var id = Id();
        var command = new Command("cancel", "End a search that is not over") { id };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.CancelBisection(parsed.GetValue(id), ct), waited: false));
        return command;
    }

    static Argument<long> Id() => new("N") { Description = "Number of the bisection", CustomParser = given => Numbers.One("a bisection")(given) ?? 0 };

    static ExitCode Show(Session session, BisectionDetails details, bool waited)
    {
        var bisection = details.Bisection;
        session.Screen.Result(details, SkylineJson.Default.BisectionDetails, to =>
        {
            to.WriteLine(Untrusted.Line($"Bisection {bisection.Id}, {bisection.State.ToString().ToLowerInvariant()}: {bisection.Package} in {bisection.Tag}, between build {bisection.Good} (good) and build {bisection.Bad} (bad); {bisection.Updates} updates, {bisection.Probes} probes"));
            if (bisection.Why is { } why) to.WriteLine(Untrusted.Line(why));
            foreach (var guilty in bisection.Guilty) to.WriteLine(Untrusted.Line($"Guilty: {guilty}"));
            if (details.Probes.Count > 0)
                Table.Write(to, ["BUILD", "UPDATES", "CAME OUT", "WHY"], details.Probes.Select(probe => (string?[])[$"{probe.Build}", With(probe, details), probe.Result?.ToString().ToLowerInvariant() ?? "-", probe.Why ?? ""]));
        });
        return !waited || bisection.State == BisectionState.Found ? ExitCode.Ok : bisection.State == BisectionState.Cancelled ? ExitCode.Cancelled : ExitCode.BuildFailed;
    }

    const int MostNumbers = 12;

    static string With(BisectionProbe probe, BisectionDetails details) =>
        probe.Updates.Count == 0 ? "none" : probe.Updates.Count == details.Updates.Count ? "all" : string.Join(' ', probe.Updates.Take(MostNumbers)) + (probe.Updates.Count > MostNumbers ? $" … ({probe.Updates.Count})" : "");
}
