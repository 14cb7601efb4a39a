using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Told;

/// <summary>`skyline webhook …`: other servers that are told what happens.</summary>
static class WebhookCommand
{
    public static Command Make(GlobalOptions global) => new("webhook", "Have other servers told what happens, and see what became of it")
    {
        ListCommand(global), AddCommand(global), EditCommand(global), TestCommand(global), RotateCommand(global), SwitchCommand(global, disable: false), SwitchCommand(global, disable: true), RemoveCommand(global),
        DeliveryCommands.List(global), DeliveryCommands.Redeliver(global),
    };

    public static Argument<long> Number() => new("NUMBER") { Description = "Its number in `skyline webhook list`" };

    static Command ListCommand(GlobalOptions global)
    {
        var all = new Option<bool>("--all") { Description = "Everybody's, for administrators" };
        var command = new Command("list", "List your webhooks: where each goes, what it is told of, whether it takes it") { all };
        global.Does(command, async (parsed, session, ct) =>
        {
            var hooks = await session.Client.Webhooks(ct, parsed.GetValue(all));
            session.Screen.Result(hooks, SkylineJson.Default.IReadOnlyListWebhookDetails, to => Table.Write(to, ["ID", "ADDRESS", "OF", "TOLD OF", "STATE"], hooks.Select(hook => (string?[])
                [hook.Id.ToString(CultureInfo.InvariantCulture), hook.Url, hook.Scope switch { WebhookScope.Tag => $"tag {hook.Tag}", WebhookScope.Instance => "everything", _ => hook.Owner }, string.Join(' ', hook.Events), State(hook)])));
            return ExitCode.Ok;
        });
        return command;
    }

    static string State(WebhookDetails hook) => hook.DisabledAt is not null ? $"disabled: {hook.WhyDisabled}" : hook.FailingSince is { } since ? $"takes nothing since {since.UtcDateTime:yyyy-MM-dd HH:mm}" : "in use";

    static Option<string[]> Events(bool required) => new("--event") { Description = "What it is told of, as build.failed (can be given several times); or all", HelpName = "EVENT", Required = required };

    static Option<string?> Note() => new("--note") { Description = "What you know it by", HelpName = "TEXT" };

    static Command AddCommand(GlobalOptions global)
    {
        var url = new Argument<string>("URL") { Description = "Where it goes: http or https" };
        var (events, note) = (Events(required: true), Note());
        var tag = new Option<string?>("--tag") { Description = "Of what is of this tag (default: of what is yours)", HelpName = "TAG" };
        var instance = new Option<bool>("--instance") { Description = "Of everything, for release engineers and administrators" };
        var command = new Command("add", "Add a webhook, and print its secret: the only time it is shown") { url, events, tag, instance, note };
        global.Does(command, async (parsed, session, ct) =>
        {
            var added = await session.Client.AddWebhook(new(parsed.GetRequiredValue(url), parsed.GetRequiredValue(events), parsed.GetValue(tag), parsed.GetValue(instance), parsed.GetValue(note)), ct);
            Print(session, added);
            return ExitCode.Ok;
        });
        return command;
    }

    static void Print(Session session, WebhookSecret secret) => session.Screen.Result(secret, SkylineJson.Default.WebhookSecret, to => to.WriteLine(Untrusted.Line(secret.Secret)));

    static Command EditCommand(GlobalOptions global)
    {
        var (number, events, note) = (Number(), Events(required: false), Note());
        var url = new Option<string?>("--url") { Description = "Where it goes from now on", HelpName = "URL" };
        var command = new Command("edit", "Change where a webhook goes, or what it is told of") { number, url, events, note };
        global.Does(command, async (parsed, session, ct) =>
        {
            var now = await session.Client.EditWebhook(parsed.GetRequiredValue(number), new(parsed.GetValue(url), parsed.GetValue(events) is { Length: > 0 } some ? some : null, null, parsed.GetValue(note)), ct);
            session.Screen.Result(now, SkylineJson.Default.WebhookDetails, to => to.WriteLine(Untrusted.Line($"{now.Url} is told of {string.Join(", ", now.Events)}")));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command TestCommand(GlobalOptions global)
    {
        var number = Number();
        var command = new Command("test", "Send a webhook a ping, and show how it was answered") { number };
        global.Does(command, async (parsed, session, ct) =>
        {
            var hook = parsed.GetRequiredValue(number);
            return DeliveryCommands.Tell(session, await session.Client.Delivery(hook, (await session.Client.TestWebhook(hook, ct)).Id, 30, ct));
        });
        return command;
    }

    static Command RotateCommand(GlobalOptions global)
    {
        var number = Number();
        var command = new Command("rotate", "Give a webhook another secret, and print it: the only time it is shown. For a day deliveries are signed with both") { number };
        global.Does(command, async (parsed, session, ct) =>
        {
            Print(session, await session.Client.RotateWebhook(parsed.GetRequiredValue(number), ct));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command SwitchCommand(GlobalOptions global, bool disable)
    {
        var number = Number();
        var command = disable ? new Command("disable", "Send a webhook nothing any more, until it is enabled") { number } : new Command("enable", "Send a webhook what happens again, from now on") { number };
        global.Does(command, async (parsed, session, ct) =>
        {
            var now = await session.Client.EditWebhook(parsed.GetRequiredValue(number), new(Disabled: disable), ct);
            session.Screen.Result(now, SkylineJson.Default.WebhookDetails, to => to.WriteLine(Untrusted.Line($"Webhook {now.Id} is {State(now)}")));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var number = Number();
        var command = new Command("remove", "Remove a webhook, and what waits to be sent to it") { number };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveWebhook(parsed.GetRequiredValue(number), ct);
            session.Screen.Say($"Webhook {parsed.GetRequiredValue(number)} is removed.");
            return ExitCode.Ok;
        });
        return command;
    }
}
