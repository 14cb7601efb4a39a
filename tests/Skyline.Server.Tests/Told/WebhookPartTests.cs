using Bunit;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Shell;
using Skyline.Server.Told;

namespace Skyline.Server.Tests.Told;

/// <summary>Webhooks in a browser, while they are sent things.</summary>
public sealed class WebhookPartTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_becomes_of_a_delivery_is_seen_as_it_does_and_what_a_receiver_answers_is_text()
    {
        await using var site = await Site.Open(null, null, "--Skyline:TellLocalAddresses=true");
        await using var receiver = await Receiver.Open();
        var ann = await site.Person("ann");
        using var browser = new PageContext(site);
        var list = browser.Shown<WebhookTable>("ann");
        Assert.Contains("No other server is told anything for you.", list.Markup);

        var hook = await ann.AddWebhook(new(new Uri(receiver.Address, "/a\"<script>x</script>").OriginalString, ["build.failed"], Note: "my \u202eton"), Ct);

        list.Shows($"/me/webhooks/{hook.Id}");
        Assert.Equal("my ‹U+202E›ton", list.Find("th .note").TextContent);
        var (deliveries, acts, badge, why) = (Of<DeliveryTable>("ann"), Of<WebhookActs>("ann"), Of<WebhookBadge>("ann"), Of<WebhookWhy>("ann"));
        Assert.Contains("It was sent nothing within a week.", deliveries.Markup);
        Assert.Contains("active", badge.Markup);

        await ann.TestWebhook(hook.Id, Ct);
        await receiver.Next();
        deliveries.Shows("204 in");
        var row = deliveries.Find("tbody tr");
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 400;
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "<script>no</script>\u001b[31m");
        };
        await ann.TestWebhook(hook.Id, Ct);
        await receiver.Next();
        deliveries.Shows("400 in");
        // What is kept of an answer has no control characters.
        Assert.Contains("<script>no</script>\uFFFD[31m", deliveries.FindAll("tbody pre").Select(one => one.TextContent));
        Assert.Equal(2, deliveries.FindAll("tbody tr").Count);
        Assert.DoesNotContain("<script>", deliveries.Markup + list.Markup + row.OuterHtml);

        await ann.EditWebhook(hook.Id, new(Disabled: true), Ct);
        why.Shows("It is sent nothing:");
        badge.Shows("disabled");
        acts.WaitForAssertion(() => Assert.Equal(["test", "enable"], acts.FindAll("button").Select(one => one.GetAttribute("value"))), TimeSpan.FromSeconds(10));
        list.Shows("disabled");
        Assert.Equal("", Of<WebhookBadge>("admin").Markup.Trim());
        await ann.RemoveWebhook(hook.Id, Ct);
        list.Shows("No other server is told anything for you.");
        acts.WaitForAssertion(() => Assert.Empty(acts.FindAll("form")), TimeSpan.FromSeconds(10));

        await deliveries.IsLeft(browser.Bells, Bells.Deliveries);
        await list.IsLeft(browser.Bells, Bells.Happenings);

        IRenderedComponent<T> Of<T>(string person) where T : FollowsWebhook => browser.Shown<T>(person, all => all.Add(one => one.Id, hook.Id));
    }
}
