using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Told;

/// <summary>`skyline webhook deliveries|redeliver`: what a webhook was sent.</summary>
static class DeliveryCommands
{
    public static Command List(GlobalOptions global)
    {
        var number = WebhookCommand.Number();
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("deliveries", "List what a webhook was sent within a week, the newest first, and how it was answered") { number, limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.Deliveries(parsed.GetRequiredValue(number), ct, limit: parsed.GetValue(limit));
            session.Screen.Result(page, SkylineJson.Default.DeliveryPage, to => Table.Write(to, ["ID", "WHEN", "EVENT", "STATE", "TRIES", "STATUS", "MS", "ANSWER"], page.Deliveries.Select(one => (string?[])
            [
                one.Id.ToString(CultureInfo.InvariantCulture), one.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), one.Event, one.State.ToString(), one.Tries.ToString(CultureInfo.InvariantCulture),
                one.Status?.ToString(CultureInfo.InvariantCulture), one.Milliseconds?.ToString(CultureInfo.InvariantCulture), one.Answer is { Length: > 60 } long_ ? long_[..60] : one.Answer,
            ])));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Redeliver(GlobalOptions global)
    {
        var (hook, delivery) = (WebhookCommand.Number(), new Argument<long>("N") { Description = "Its number in `skyline webhook deliveries`" });
        var command = new Command("redeliver", "Send a webhook a delivery once more, under the same id, and show how it was answered") { hook, delivery };
        global.Does(command, async (parsed, session, ct) =>
        {
            var (of, id) = (parsed.GetRequiredValue(hook), parsed.GetRequiredValue(delivery));
            await session.Client.Redeliver(of, id, ct);
            return Tell(session, await session.Client.Delivery(of, id, 30, ct));
        });
        return command;
    }

    public static ExitCode Tell(Session session, DeliveryDetails one)
    {
        session.Screen.Result(one, SkylineJson.Default.DeliveryDetails, to => to.WriteLine(Untrusted.Line(one switch
        {
            { State: DeliveryState.Delivered } => $"Taken: {one.Status} in {one.Milliseconds} ms.",
            { Tries: 0 } => "It was not tried yet; skyline webhook deliveries shows what becomes of it.",
            { Status: { } status } => $"Not taken: it answered {status} in {one.Milliseconds} ms: {one.Answer}",
            _ => $"Not taken: {one.Answer}",
        })));
        return one.State == DeliveryState.Delivered ? ExitCode.Ok : ExitCode.Refused;
    }
}
