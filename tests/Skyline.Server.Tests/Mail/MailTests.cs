using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Mail;

/// <summary>People are written to where they said, about what they chose, not too often, and whatever mail servers do.</summary>
public sealed class MailTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly LaterTime later = new();

    Task<Site> Open(MailServer mail) => Site.Open(null, services => services.AddSingleton<TimeProvider>(later), mail.Settings);

    static string Link(Came mail) => mail.Said.Split('\n').First(line => line.StartsWith("https://build.example.org/", StringComparison.Ordinal))["https://build.example.org/".Length..];

    static async Task Verify(Site site, string link)
    {
        using var browser = SignInTests.Browser(site);
        var sent = await SignInTests.Post(browser, "mail/verify", ("__RequestVerificationToken", await SignInTests.FormToken(browser, link)), ("secret", link.Split('/')[^1]));
        Assert.StartsWith("It is your address now.", await sent.Content.ReadAsStringAsync(Ct));
    }

    static async Task<SkylineClient> Written(Site site, MailServer mail, string name, string address)
    {
        var person = await site.Person(name);
        await person.AskForMail(new(address), Ct);
        await Verify(site, Link(await mail.Next()));
        return person;
    }

    static async Task<long> Fail(Site site, SkylineClient who, string name, string why = "It does not compile.")
    {
        var srpm = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
        var build = await who.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Failed, why);
        return build.Id;
    }

    [Fact]
    public async Task Who_has_shown_that_an_address_is_theirs_is_told_there_that_their_build_failed()
    {
        await using var mail = await MailServer.Open();
        await using var site = await Open(mail);
        var ann = await site.Person("ann");
        Assert.Equal("ann@example.org", (await ann.AskForMail(new("ann@example.org"), Ct)).Asked);
        var asked = await mail.Next();
        Assert.Equal(("ann@example.org", "Is this your address?", true), (asked.To, asked.Header("Subject"), asked.Tls));
        // Not yet theirs: nothing is sent there, whoever opened the link to look.
        await Fail(site, ann, "early");
        Assert.Contains("Is this your address?", await site.Http().GetStringAsync(Link(asked), Ct));
        Assert.Null((await ann.Mail(Ct)).Address);
        await Verify(site, Link(asked));
        Assert.Equal("ann@example.org", (await ann.Mail(Ct)).Address);

        var build = await Fail(site, ann, "hello");

        var told = await mail.Next();
        Assert.Equal(("ann@example.org", $"hello-1-1 failed (build {build}): It does not compile.", "Skyline <builds@example.org>", "auto-generated"), (told.To, told.Header("Subject"), told.Header("From"), told.Header("Auto-Submitted")));
        Assert.Contains($"https://build.example.org/builds/{build}\n", told.Said);
        Assert.Matches(@"^<msg_[0-9a-f]+@example\.org>$", told.Header("Message-ID"));
        Assert.Equal("List-Unsubscribe=One-Click", told.Header("List-Unsubscribe-Post"));
        Assert.Equal(0, mail.Left);
        // A link is good once.
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.Http().GetAsync(Link(asked), Ct)).StatusCode);
    }

    [Fact]
    public async Task One_click_ends_such_mails_and_no_choice_ends_those_about_security()
    {
        await using var mail = await MailServer.Open();
        await using var site = await Open(mail);
        var ann = await Written(site, mail, "ann", "ann@example.org");
        await Fail(site, ann, "hello");
        var link = (await mail.Next()).Header("List-Unsubscribe")!.Trim('<', '>');
        var path = link["https://build.example.org/".Length..];
        Assert.Contains("a build of yours failed", await site.Http().GetStringAsync(path, Ct));
        Assert.Contains("build-failed", (await ann.Mail(Ct)).Kinds);

        var ended = await site.Http().PostAsync(path, new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]), Ct);
        Assert.Equal("You are told that by mail no more.\n", await ended.Content.ReadAsStringAsync(Ct));
        Assert.DoesNotContain("build-failed", (await ann.Mail(Ct)).Kinds);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.Http().PostAsync(path[..^3] + "AAA", null, Ct)).StatusCode);

        await ann.ChooseMail(new([]), Ct);
        await Fail(site, ann, "again");
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, (await ann.CreateToken(new("all", ["all"]), Ct)).Token);
        await SignInTests.Post(browser, "me/password", ("__RequestVerificationToken", await SignInTests.FormToken(browser, "me")), ("wanted", "a long enough passphrase"));
        var security = await mail.Next();
        Assert.StartsWith("Your password was changed.", security.Said);
        Assert.Null(security.Header("List-Unsubscribe"));
    }

    [Fact]
    public async Task Nothing_that_others_write_becomes_a_header_or_another_address()
    {
        await using var mail = await MailServer.Open();
        await using var site = await Open(mail);
        var ann = await Written(site, mail, "ann", "ann@example.org");
        foreach (var bad in new[] { "ann@example.org\r\nBcc: eve@example.org", "ann@example.org, eve@example.org", "Ann <ann@example.org>", "ann", "a b@example.org", "", "ann@[127.0.0.1]", "@example.org", "\"a\"@example.org" })
            Assert.Equal((bad, 400), (bad, (await Assert.ThrowsAsync<RefusedException>(() => ann.AskForMail(new(bad), Ct))).Status));

        await Fail(site, ann, "hello", "first\u2028\r\nBcc: eve@example.org\r\n\r\nhello");

        var told = await mail.Next();
        Assert.Null(told.Header("Bcc"));
        Assert.Equal("ann@example.org", told.Header("To"));
    }

    [Fact]
    public async Task Of_many_at_once_the_first_is_told_at_once_and_the_others_together_and_a_day_has_a_bound()
    {
        await using var mail = await MailServer.Open();
        await using var site = await Open(mail);
        var ann = await Written(site, mail, "ann", "ann@example.org");
        await Fail(site, ann, "first");
        Assert.StartsWith("first-1-1 failed", (await mail.Next()).Header("Subject"));
        for (var number = 1; number <= 60; number++) await Put(number);

        later.Pass(TimeSpan.FromMinutes(10));
        site.Part<Bells>().Ring(Bells.Notices);
        var together = await mail.Next();
        Assert.EndsWith("(and 59 more)", together.Header("Subject"));
        Assert.Contains("And 10 more: https://build.example.org/notices\n", together.Said);

        for (var number = 3; number <= 20; number++)
        {
            later.Pass(TimeSpan.FromMinutes(10));
            await Put(number);
            await mail.Next();
        }
        later.Pass(TimeSpan.FromMinutes(10));
        await Put(21);
        Assert.Equal(1, site.Part<Database>().Read(db => db.One<int>("SELECT count(*) FROM mail_items")));
        later.Pass(TimeSpan.FromDays(1));
        site.Part<Bells>().Ring(Bells.Notices);
        Assert.StartsWith("number 21", (await mail.Next()).Header("Subject"));

        async Task Put(int number)
        {
            await site.Part<Database>().Write(tx => Skyline.Server.Notices.Notify.Put(tx, tx.One<long>("SELECT id FROM users WHERE name = 'ann'"), NoticeKind.Fails, string.Create(CultureInfo.InvariantCulture, $"number {number}"), "/notices", later.Stamp()), Ct);
            site.Part<Bells>().Ring(Bells.Notices);
        }
    }

    [Fact]
    public async Task A_mail_server_that_is_down_or_puts_off_loses_nothing_and_an_address_that_it_refuses_is_written_to_no_more()
    {
        await using var before = await MailServer.Open();
        await using var site = await Open(before);
        var (ann, bob, eve) = (await Written(site, before, "ann", "ann@example.org"), await site.Person("bob"), await site.Person("eve"));
        await before.Stop();
        await Fail(site, ann, "hello");
        await UntilTried("ann@example.org");
        await using var mail = await MailServer.Open(before);
        later.Pass(TimeSpan.FromMinutes(1));
        site.Part<Bells>().Ring(Bells.Deliveries);
        Assert.StartsWith("hello-1-1 failed", (await mail.Next()).Header("Subject"));

        await bob.AskForMail(new("grey@example.org"), Ct);
        await UntilTried("grey@example.org");
        later.Pass(TimeSpan.FromMinutes(1));
        site.Part<Bells>().Ring(Bells.Deliveries);
        Assert.Equal("grey@example.org", (await mail.Next()).To);

        await eve.AskForMail(new("nobody@example.org"), Ct);
        await UntilTried("nobody@example.org");
        var state = await eve.Mail(Ct);
        Assert.Equal((null, null, "The mail server refused nobody@example.org: 5.1.1 There is nobody of that name here"), (state.Address, state.Asked, state.Refused));

        async Task UntilTried(string to)
        {
            while (true)
            {
                var bell = site.Part<Bells>().Next(Bells.Deliveries);
                if (site.Part<Database>().Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM deliveries WHERE tries > 0 AND last_status IS DISTINCT FROM 250 AND body LIKE '%' || @to || '%')", new { to }))) return;
                Assert.True(await site.Part<Bells>().Wait(bell, TimeSpan.FromSeconds(30), Ct), $"Nothing was tried to {to}.");
            }
        }
    }

    [Fact]
    public async Task A_token_that_is_about_to_be_over_is_told_of_once_and_where_mail_is_off_as_a_notice_alone()
    {
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later));
        var ann = await site.Person("ann");
        await ann.CreateToken(new("short", ["read"], 3), Ct);
        await ann.CreateToken(new("long", ["read"], 30), Ct);

        await site.Part<Skyline.Server.Mail.WarnOfTokens>().Run(Ct);
        await site.Part<Skyline.Server.Mail.WarnOfTokens>().Run(Ct);

        Assert.StartsWith("Your token 'short' is good until", Assert.Single((await ann.Notices(Ct)).Notices).Sentence);
        Assert.Equal("This server sends no mail. No mail server is set (Skyline:Mail:Host).", (await Assert.ThrowsAsync<RefusedException>(() => ann.AskForMail(new("ann@example.org"), Ct))).Message);
        Assert.False((await ann.Mail(Ct)).On);
    }
}
