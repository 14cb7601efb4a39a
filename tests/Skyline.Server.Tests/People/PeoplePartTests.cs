using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Shell;

namespace Skyline.Server.Tests.People;

/// <summary>People and tokens, while others change them.</summary>
public sealed class PeoplePartTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_another_administrator_does_is_seen_at_once_and_who_is_one_no_more_sees_nothing_of_it()
    {
        await using var site = await Site.Open();
        await site.Person("second");
        await site.Admin.EditPerson("second", new("admin"), Ct);
        using var browser = new PageContext(site);
        var (people, teams, invitations) = (Of("people"), Of("teams"), Of("invitations"));
        Assert.Contains("There is no team yet.", teams.Markup);
        Assert.Contains("No invitation waits to be opened.", invitations.Markup);

        await site.Admin.AddPerson(new("carol"), Ct);
        people.Shows("Role of carol");
        await site.Admin.CreateTeam(new("kde"), Ct);
        teams.Shows("Remove the team kde");
        var link = await site.Admin.Invite(new("viewer"), Ct);
        invitations.Shows("somebody new, as viewer");
        Assert.DoesNotContain(link.Link, invitations.Markup);

        // A page that is asked for anew is drawn no more: who waits for it waits for the navigation.
        var (navigation, anew) = (browser.Services.GetRequiredService<BunitNavigationManager>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        navigation.LocationChanged += (_, _) => anew.TrySetResult();
        await site.Admin.EditPerson("second", new("viewer"), Ct);
        await anew.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        // (The other two parts are asked for anew in their turn, and write there too.)
        await people.InvokeAsync(() => Assert.Contains(navigation.History, one => one.Options.ForceLoad));
        Assert.Contains("value=\"disable\"", people.Markup);
        await site.Admin.AddPerson(new("dave"), Ct);
        await people.IsLeft(browser.Bells, Bells.People);
        Assert.DoesNotContain("dave", people.Markup);

        IRenderedComponent<PeopleNow> Of(string show) => browser.Shown<PeopleNow>("second", all => all.Add(one => one.Show, show));
    }

    [Fact]
    public async Task A_token_that_a_program_makes_is_in_the_list_and_goes_when_it_is_revoked_and_nobody_elses_is()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        using var browser = new PageContext(site);
        var (hers, others) = (browser.Shown<TokenTable>("ann"), browser.Shown<TokenTable>("admin"));

        var made = await ann.CreateToken(new("nightly", ["build"], 30), Ct);

        hers.Shows("Revoke… nightly");
        Assert.DoesNotContain(made.Token, hers.Markup);
        await ann.RevokeToken(made.Id, Ct);
        hers.ShowsNoMore("nightly");
        Assert.DoesNotContain("nightly", others.Markup);
        await hers.IsLeft(browser.Bells, Bells.People);
    }

    [Fact]
    public async Task A_session_that_has_ended_is_let_in_no_more_where_that_is_asked()
    {
        await using var site = await Site.Open();
        var secret = await site.Session(site.AdminToken);
        var caller = (CallerIdentity)site.Part<KnownCallers>().FindSession(secret)!.Identity!;
        bool IsLetIn(bool withSession) => site.Part<Database>().Read(db => StillLetIn.Is(db, caller, withSession, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.True(IsLetIn(withSession: true));

        await site.Part<Database>().Write(tx => Sessions.End(tx, secret), Ct);

        Assert.Equal((false, true), (IsLetIn(withSession: true), IsLetIn(withSession: false)));
    }
}
