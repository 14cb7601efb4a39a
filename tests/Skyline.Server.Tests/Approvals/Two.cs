using Skyline.Protocol;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Approvals;

/// <summary>A site with a tag that asks for a second person, one beside it, and two release engineers whom an administrator has made.</summary>
static class Two
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<(SkylineClient Ann, SkylineClient Bob)> People(this Site site)
    {
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        foreach (var name in new[] { "ann", "bob" }) await site.Admin.EditPerson(name, new("release-engineer"), Ct);
        return (ann, bob);
    }

    /// <summary>"testing" has hello-1, "stable" nothing.</summary>
    public static async Task<(SkylineClient Ann, SkylineClient Bob)> Guarded(this Site site)
    {
        await site.MakeTags("stable", "testing");
        await site.Import("hello", "1", "testing");
        await site.Admin.SetTag("stable", new(SecondPerson: true), false, Ct);
        return await site.People();
    }

    public static async Task<HeldChange> Held(Task change) => (await Assert.ThrowsAsync<WaitsForApprovalException>(() => change)).Held;

    public static Task<TagChanged> Promote(this SkylineClient person, string to = "stable") => person.PromoteBuilds("testing", new(to, All: true), false, Ct);

    public static async Task<string> Refused(Task act, int status)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => act);
        Assert.Equal(status, refused.Status);
        return refused.Message;
    }
}
