using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>The stand-in's webhooks and mail of who asks: number 4, which takes what the test says.</summary>
sealed class StandInTold
{
    static readonly DateTimeOffset day = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public List<NewWebhook> Added { get; } = [];

    public List<WebhookEdit> Edits { get; } = [];

    public List<string> Asked { get; } = [];

    /// <summary>How webhook 4 answers.</summary>
    public int Answers { get; set; } = 204;

    static WebhookDetails Hook(DateTimeOffset? disabled = null) => new(4, "https://chat.example.org/x", WebhookScope.Mine, null, ["build.failed"], "alice", null, day, DisabledAt: disabled, WhyDisabled: disabled is null ? null : "its owner disabled it.");

    DeliveryDetails Delivery => new(70, "msg_1", "ping", Answers < 300 ? DeliveryState.Delivered : DeliveryState.Waiting, day, 1, null, day, Answers, 12, "no\u001b[31m room", "{}");

    public void Map(WebApplication app)
    {
        app.MapGet("/api/webhooks", context => context.Response.WriteAsJsonAsync([Hook()], SkylineJson.Default.IReadOnlyListWebhookDetails));
        app.MapPost("/api/webhooks", async context =>
        {
            Added.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewWebhook))!);
            await context.Response.WriteAsJsonAsync(new WebhookSecret(4, "whsec_new"), SkylineJson.Default.WebhookSecret);
        });
        app.MapPatch("/api/webhooks/4", async context =>
        {
            Edits.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.WebhookEdit))!);
            await context.Response.WriteAsJsonAsync(Hook(Edits[^1].Disabled == true ? day : null), SkylineJson.Default.WebhookDetails);
        });
        app.MapDelete("/api/webhooks/4", context => { Asked.Add("remove"); context.Response.StatusCode = 204; return Task.CompletedTask; });
        app.MapPost("/api/webhooks/4/rotate", context => context.Response.WriteAsJsonAsync(new WebhookSecret(4, "whsec_next", day), SkylineJson.Default.WebhookSecret));
        app.MapPost("/api/webhooks/4/test", context => context.Response.WriteAsJsonAsync(Delivery, SkylineJson.Default.DeliveryDetails));
        app.MapGet("/api/webhooks/4/deliveries", context => context.Response.WriteAsJsonAsync(new DeliveryPage([Delivery], null), SkylineJson.Default.DeliveryPage));
        app.MapGet("/api/webhooks/4/deliveries/70", context => context.Response.WriteAsJsonAsync(Delivery, SkylineJson.Default.DeliveryDetails));
        app.MapPost("/api/webhooks/4/deliveries/70/redeliver", context => { Asked.Add("redeliver"); return context.Response.WriteAsJsonAsync(Delivery, SkylineJson.Default.DeliveryDetails); });
        app.MapGet("/api/mail", context => context.Response.WriteAsJsonAsync(new MailState(true, "alice@example.org", null, null, ["build-failed"]), SkylineJson.Default.MailState));
        app.MapPut("/api/mail/choices", async context => await context.Response.WriteAsJsonAsync(new MailState(true, "alice@example.org", null, null, (await context.Request.ReadFromJsonAsync(SkylineJson.Default.MailChoices))!.Kinds), SkylineJson.Default.MailState));
        app.MapPut("/api/mail/address", async context => await context.Response.WriteAsJsonAsync(new MailState(true, null, (await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewMailAddress))!.Address, null, []), SkylineJson.Default.MailState));
        app.MapDelete("/api/mail/address", context => { Asked.Add("end"); context.Response.StatusCode = 204; return Task.CompletedTask; });
    }
}
