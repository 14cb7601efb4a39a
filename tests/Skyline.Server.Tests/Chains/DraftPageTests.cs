using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Chains;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using static Skyline.Server.Tests.Chains.ChainSite;

namespace Skyline.Server.Tests.Chains;

/// <summary>The page that arranges a chain, over its live connection.</summary>
public sealed class DraftPageTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    static BunitContext Connected(Site site)
    {
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton(site.Part<Database>()).AddSingleton(site.Part<EditDraft>()).AddSingleton(site.Part<ShownOnce>()).AddSingleton(site.Part<Bells>()).AddSingleton(TimeProvider.System)
            .AddSingleton(site.Part<InstanceName>()).AddSingleton(site.Part<Languages>()).AddScoped<Words>();
        context.Services.AddSingleton<Microsoft.AspNetCore.Components.Forms.AntiforgeryStateProvider, NoToken>();
        return context;
    }

    sealed class NoToken : Microsoft.AspNetCore.Components.Forms.AntiforgeryStateProvider
    {
        public override Microsoft.AspNetCore.Components.Forms.AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }

    static async Task<(ClaimsPrincipal Who, long Draft)> Arranged(Site site, params string[] names)
    {
        foreach (var name in names) await site.Admin.Send(Source(name));
        var who = site.Part<KnownCallers>().Find(site.AdminToken)!;
        return (who, (await site.Part<EditDraft>().Make(new("paper", [.. names.Select(name => Source(name).Sha256)], Apart: true), who, Ct)).Draft!.Value);
    }

    [Fact]
    public async Task A_step_is_kept_at_once_said_in_words_and_shown_in_other_windows()
    {
        await using var site = await Site.Open();
        var (who, draft) = await Arranged(site, "a", "b");
        await using var context = Connected(site);
        var known = Task.FromResult(new AuthenticationState(who));
        var page = context.Render<EditChainPage>(all => all.Add(one => one.Id, draft).AddCascadingValue(known));
        var other = context.Render<EditChainPage>(all => all.Add(one => one.Id, draft).AddCascadingValue(known));

        await page.Find("button[aria-label='Earlier: b-1-1']").ClickAsync();
        Assert.Equal("b-1-1 is in link 1 of 1 now, beside a-1-1.", page.Find("p[role=status]").TextContent);
        Assert.Single(site.Part<Database>().Read(db => ChainDraft.Find(db, draft, who.PersonId()))!.Links);
        other.WaitForAssertion(() => Assert.Single(other.FindAll("li.link")));

        await page.Find("button[aria-label='Later: a-1-1']").ClickAsync();
        await page.Find("button[aria-label='Later: a-1-1']").ClickAsync();
        Assert.Equal("a-1-1 stays where it is: it is at the end already.", page.Find("p[role=status]").TextContent);

        await page.Find("button[aria-label='Take out: a-1-1']").ClickAsync();
        Assert.StartsWith("a-1-1 is not in the chain any more.", page.Find("p[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Contains("a-1-1", page.Find("#add").TextContent);
    }

    [Fact]
    public async Task A_package_is_dragged_into_a_link_and_between_two()
    {
        await using var site = await Site.Open();
        var (who, draft) = await Arranged(site, "a", "b", "c");
        await using var context = Connected(site);
        var page = context.Render<EditChainPage>(all => all.Add(one => one.Id, draft).AddCascadingValue(Task.FromResult(new AuthenticationState(who))));

        await page.FindAll("li.item")[2].TriggerEventAsync("ondragstart", new Microsoft.AspNetCore.Components.Web.DragEventArgs());
        await page.FindAll("li.link")[0].TriggerEventAsync("ondrop", new Microsoft.AspNetCore.Components.Web.DragEventArgs());
        Assert.Equal(["a-1-1 c-1-1", "b-1-1"], Links(page));

        await page.FindAll("li.item")[0].TriggerEventAsync("ondragstart", new Microsoft.AspNetCore.Components.Web.DragEventArgs());
        await page.FindAll("li.gap")[2].TriggerEventAsync("ondrop", new Microsoft.AspNetCore.Components.Web.DragEventArgs());
        Assert.Equal(["c-1-1", "b-1-1", "a-1-1"], Links(page));
        // What was not dragged from here goes nowhere.
        await page.FindAll("li.gap")[0].TriggerEventAsync("ondrop", new Microsoft.AspNetCore.Components.Web.DragEventArgs());
        Assert.Equal(["c-1-1", "b-1-1", "a-1-1"], Links(page));
    }

    static IEnumerable<string> Links(IRenderedComponent<EditChainPage> page) =>
        page.FindAll("li.link").Select(link => string.Join(' ', link.QuerySelectorAll(".name").Select(name => name.TextContent.Trim())));

    [Fact]
    public void How_far_a_batch_is_is_said_in_words_beside_the_bar()
    {
        using var context = new BunitContext();
        context.Services.AddSingleton(new Languages(new SkylineSettings { Data = "/nonexistent" })).AddScoped<Words>();

        var progress = context.Render<BatchProgress>(all => all.Add(one => one.Counts, new BatchCounts(1, 2, 3, 4, 0, 0)));

        Assert.Equal("3 of 10 built, 2 being built, 1 waits, 4 failed", progress.Find("p").TextContent);
        Assert.Equal("true", progress.Find(".bar").GetAttribute("aria-hidden"));
        Assert.Equal(4, progress.FindAll(".bar span").Count);
    }
}
