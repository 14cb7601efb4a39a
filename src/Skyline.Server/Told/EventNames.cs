using Skyline.Protocol;

namespace Skyline.Server.Told;

/// <summary>The one table of what others can be told of: its name, what it is, and whether it can be of one person and of one tag. All of it is the instance's.</summary>
static class EventNames
{
    public const string Ping = "ping";

    public static readonly IReadOnlyList<(string Name, string What, bool OfPerson, bool OfTag)> All =
    [
        ("build.started", "a builder has taken the first task of a build", true, true),
        ("build.finished", "a build is complete: its packages are published, or those of a scratch build can be fetched", true, true),
        ("build.failed", "a build has failed", true, true),
        ("build.cancelled", "a build was cancelled", true, true),
        ("tag.tagged", "a build was put into a tag", false, true),
        ("tag.untagged", "a build was taken out of a tag", false, true),
        ("snapshot.published", "a tag's repositories have a new state", false, true),
        ("batch.ended", "a chain, a mass rebuild or a run by the clock is over", true, true),
        ("side-tag.expiring", "a side tag is removed within hours if nothing more happens to it", true, true),
        ("builder.lost", "a builder went silent while it built", false, false),
    ];

    public static bool Fits(string name, WebhookScope scope) => All.Any(one => one.Name == name && scope switch { WebhookScope.Mine => one.OfPerson, WebhookScope.Tag => one.OfTag, _ => true });

    public static IEnumerable<string> Of(WebhookScope scope) => All.Select(one => one.Name).Where(name => Fits(name, scope));
}
