using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Audit;

/// <summary>No endpoint changes anything that is not noted: those that need not be noted stand here, with the reason that each gives itself.</summary>
public sealed class EveryChangeIsNotedTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Doors whose writes are no changes. All of /api/runs/ is builders' work.</summary>
    const string NoChanges = """
        POST /api/notices/read
        POST /api/sources
        POST /api/verify
        POST /chains/edit
        POST /chains/edit/{draft:long}
        POST /chains/edit/{draft:long}/sources
        POST /chains/sources
        POST /hooks/{key}
        POST /look
        POST /new/fetch
        POST /new/sources
        POST /notices/read
        PUT /api/sources/{sha256}
        PUT /new/sources/{sha256}
        """;

    static IEnumerable<(string Door, RouteEndpoint Endpoint)> Doors(Site site) => site.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(method => method is not "GET" and not "HEAD").Select(method => ($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint)))
        // A page's component would take posts too, and nothing is posted to one; and a page's connection changes nothing.
        .Where(door => door.endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") != true && !door.Item1.Contains("/_blazor", StringComparison.Ordinal));

    [Fact]
    public async Task What_need_not_be_noted_is_listed_and_says_why()
    {
        await using var site = await Site.Open();
        var exempt = Doors(site).Where(door => door.Endpoint.Metadata.GetMetadata<NoChangeAttribute>() is not null).ToList();
        Assert.All(exempt, door => Assert.True(door.Endpoint.Metadata.GetMetadata<NoChangeAttribute>()!.Why.Length > 20, door.Door));
        Assert.Equal(NoChanges, string.Join('\n', exempt.Select(door => door.Door).Where(door => !door.Contains("/api/runs/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)));
        Assert.All(exempt.Where(door => door.Door.Contains("/api/runs/", StringComparison.Ordinal)), door => Assert.Equal(Right.Work, door.Endpoint.Metadata.GetMetadata<NeedsAttribute>()!.Right));
    }

    /// <summary>Whatever a request's handler forgets: its write is noted by its door.</summary>
    [Fact]
    public async Task A_write_on_somebodys_behalf_by_any_other_door_is_noted_whatever_its_code_does()
    {
        await using var site = await Site.Open();
        var (database, admin) = (site.Part<Database>(), site.Part<KnownCallers>().Find(site.AdminToken)!);
        var unnoted = new List<string>();
        foreach (var (door, endpoint) in Doors(site))
        {
            var http = new DefaultHttpContext { User = admin };
            http.Request.Method = door.Split(' ')[0];
            http.SetEndpoint(endpoint);
            var before = database.Read(ReadAudit.Head).Number;
            await WriteAs(database, Actor.Of(http), $"of {door}");
            var noted = database.Read(ReadAudit.Head).Number - before;
            if ((noted == 1) == endpoint.Metadata.GetMetadata<NoChangeAttribute>() is not null) unnoted.Add($"{door}: {noted}");
        }
        Assert.True(unnoted.Count == 0, string.Join('\n', unnoted));
    }

    static async Task WriteAs(Database database, Actor actor, string title)
    {
        Actor.Current = actor;
        await database.Write(tx => tx.Execute("UPDATE tags SET description = @title", new { title }), Ct);
    }

    /// <summary>Most of what people do, for real: each is noted in words of its own, not by its door.</summary>
    [Fact]
    public async Task What_people_do_is_noted_in_their_own_words()
    {
        await using var site = await Site.Open();
        var admin = site.Admin;
        var ann = await site.Person("ann");
        await admin.EditPerson("ann", new("release-engineer"), Ct);
        await admin.TakeBackInvitation((await Invited(admin)).Id, Ct);
        await ann.RevokeToken((await ann.CreateToken(new("one", ["read"]), Ct)).Id, Ct);
        await ann.CreateTag(new NewTag("stable", "paper-1", ["x86_64"]), Ct);
        await ann.CreateTarget(new NewTarget("stable", "stable", "stable"), Ct);
        await ann.SetTag("stable", new TagSettings(Description: "x"), false, Ct);
        await ann.SetRetention("stable", new(3, 3), Ct);
        var side = await ann.CreateSideTag(new(Target: "paper"), Ct);
        await ann.RemoveSideTag(side.SideTag.Name, Ct);
        await admin.EnrolBuilder(new("far", "ann"), Ct);
        await admin.CreateChannel(new("big"), Ct);
        await admin.RemoveChannel("big", Ct);
        var hook = await ann.AddWebhook(new("https://example.org/secret", ["all"]), Ct);
        await ann.EditWebhook(hook.Id, new(Disabled: true), Ct);
        await ann.RotateWebhook(hook.Id, Ct);
        await ann.TestWebhook(hook.Id, Ct);
        await ann.RemoveWebhook(hook.Id, Ct);
        await ann.ChooseMail(new(["build-failed"]), Ct);
        await ann.EndMail(Ct);
        await ann.MakeFeed(Ct);
        await ann.TakeBackFeed(Ct);

        var entries = (await admin.Audit(null, null, null, null, 500, Ct)).Entries;
        var byDoor = entries.Where(entry => entry.Act.StartsWith("did ", StringComparison.Ordinal)).Select(entry => entry.Act).ToList();
        Assert.True(byDoor.Count == 0, string.Join('\n', byDoor));
        Assert.All(new[] { "person ann", "tag stable", "target stable", $"side tag {side.SideTag.Name}", "builder far", "channel big", "token 4", $"webhook {hook.Id}" }, thing => Assert.Contains(entries, entry => entry.Thing == thing));
    }

    static async Task<OpenInvitation> Invited(SkylineClient admin)
    {
        await admin.Invite(new("viewer"), Ct);
        return (await admin.Invitations(Ct))[0];
    }
}
