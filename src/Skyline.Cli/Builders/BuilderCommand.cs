using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builders;

/// <summary>`skyline builder list|add|enable|disable`.</summary>
static class BuilderCommand
{
    public static Command Make(GlobalOptions global) =>
        new("builder", "Look at and enrol builders: machines that build")
        {
            ListCommand(global), AddCommand(global),
            SwitchCommand(global, "enable", "Give a builder work again", true),
            SwitchCommand(global, "disable", "Give a builder no more work; what it is building it may finish", false),
        };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List the builders");
        global.Does(command, async (_, session, ct) =>
        {
            var builders = await session.Client.Builders(ct);
            session.Screen.Result(builders, SkylineJson.Default.IReadOnlyListBuilderSummary, to => Write(to, builders, session.Time));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command AddCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the new builder" };
        var owner = new Option<string?>("--owner") { Description = "Whose machine it is (default: you)", HelpName = "NAME" };
        var command = new Command("add", "Enrol a builder, and print its token: the only time it is shown") { name, owner };
        global.Does(command, async (parsed, session, ct) =>
        {
            var whose = parsed.GetValue(owner) ?? (await session.Client.WhoAmI(ct)).Name;
            var enrolled = await session.Client.EnrolBuilder(new NewBuilder(parsed.GetRequiredValue(name), whose), ct);
            session.Screen.Result(enrolled, SkylineJson.Default.EnrolledBuilder, to => to.WriteLine(Untrusted.Line(enrolled.Token)));
            session.Screen.Warn($"Keep the token in a file that only the builder can read, then: skyline-builder --server {ServerAddress.Shown(session.Server!)} --token-file FILE --data DIR");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command SwitchCommand(GlobalOptions global, string verb, string description, bool enabled)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the builder" };
        var command = new Command(verb, description) { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            await session.Client.SetBuilderEnabled(wanted, enabled, ct);
            var now = (await session.Client.Builders(ct)).Where(builder => builder.Name == wanted).ToList();
            session.Screen.Result(now, SkylineJson.Default.IReadOnlyListBuilderSummary, to => Write(to, now, session.Time));
            return ExitCode.Ok;
        });
        return command;
    }

    static void Write(TextWriter to, IReadOnlyList<BuilderSummary> builders, TimeProvider time) => Table.Write(to,
        ["BUILDER", "OWNER", "STATE", "ARCHES", "ISOLATION", "VERSION", "SEEN", "RUNNING"],
        builders.Select(builder => (string?[])[builder.Name, builder.Owner, builder.Enabled ? "enabled" : "disabled", string.Join(' ', builder.Arches),
            builder.Isolation ?? "-", builder.Version ?? "-", builder.LastSeenAt is { } seen ? Amounts.Ago(time.GetUtcNow() - seen) : "never", $"{builder.Running}"]));
}
