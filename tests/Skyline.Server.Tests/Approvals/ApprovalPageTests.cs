using Bunit;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Shell;

namespace Skyline.Server.Tests.Approvals;

/// <summary>What waits for a second person, while several have it open.</summary>
public sealed class ApprovalPageTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_have_it_open_and_what_one_decides_the_other_sees_without_a_reload_and_decides_no_more()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        using var browser = new PageContext(site);
        var list = browser.Shown<ApprovalsPage>("admin");
        Assert.Contains("Nothing waits, and nothing did.", list.Markup);
        var notices = browser.Shown<NoticesNow>("admin");
        Assert.Contains("You are told nothing.", notices.Markup);

        var held = await Two.Held(ann.Promote());

        list.Shows($"/approvals/{held.Approval}");
        notices.Shows("ann asks for a second person");
        Assert.Equal("I have read them (1)", notices.Find("button[name=upTo]").TextContent);
        var (badge, standing, form) = (Of<ApprovalBadge>("admin"), Of<ApprovalStanding>("admin"), Of<DecideForm>("admin"));
        var (own, hers) = (Of<DecideForm>("ann"), Of<ApprovalStanding>("ann"));
        Assert.Contains("waiting", badge.Markup);
        Assert.StartsWith("It waits for you", standing.Find("[role=status]").TextContent.Trim());
        Assert.Equal([$"/approvals/{held.Approval}/approve", $"/approvals/{held.Approval}/refuse"], form.FindAll("form").Select(one => one.GetAttribute("action")));
        Assert.Equal(held.Digest, form.Find("input[name=digest]").GetAttribute("value"));
        Assert.Equal([$"/approvals/{held.Approval}/withdraw"], own.FindAll("form").Select(one => one.GetAttribute("action")));
        Assert.Contains("somebody else must agree", hers.Find("[role=status]").TextContent);

        // What becomes of another leaves what somebody writes here alone.
        var (written, drawn) = (form.Find("form[action$=refuse]"), form.RenderCount);
        var other = await Two.Held(ann.Block("stable", new(["evil"]), preview: false, Ct));
        form.WaitForAssertion(() => Assert.True(form.RenderCount > drawn), TimeSpan.FromSeconds(10));
        Assert.Equal(written.OuterHtml, form.Find("form[action$=refuse]").OuterHtml);

        await bob.Approve(held.Approval, held.Digest, Ct);

        standing.Shows("Decided by");
        Assert.Contains("bob", standing.Find("[role=status]").TextContent);
        form.WaitForAssertion(() => Assert.Empty(form.FindAll("form")), TimeSpan.FromSeconds(10));
        own.WaitForAssertion(() => Assert.Empty(own.FindAll("form")), TimeSpan.FromSeconds(10));
        badge.Shows("done");
        list.Shows("by bob");

        await bob.Refuse(other.Approval, "<b>no</b>", Ct);
        list.Shows("refused");
        Assert.Contains("&lt;b&gt;no&lt;/b&gt;", browser.Shown<ApprovalStanding>("ann", all => all.Add(one => one.Id, other.Approval)).Markup);
        Assert.Empty(browser.Shown<DecideForm>("admin", all => all.Add(one => one.Id, 99)).FindAll("form"));
        await site.Part<ReadNotice>().Mark(site.Part<KnownCallers>().Find(site.AdminToken)!.PersonId(), null, Ct);
        notices.WaitForAssertion(() => Assert.Empty(notices.FindAll("form")), TimeSpan.FromSeconds(10));

        await form.IsLeft(browser.Bells, Bells.Approvals);
        await list.IsLeft(browser.Bells, Bells.Approvals);
        await notices.IsLeft(browser.Bells, Bells.Notices);

        IRenderedComponent<T> Of<T>(string person) where T : FollowsApproval => browser.Shown<T>(person, all => all.Add(one => one.Id, held.Approval));
    }
}
