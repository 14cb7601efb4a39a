using System.Data;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Told;

/// <summary>
/// The one place that says what somebody may be told, by webhook or mail: nothing that they may not read, as things are when it is told.
/// Who asked for it once may be disabled since, or be of another role.
/// </summary>
static class MayBeTold
{
    /// <param name="tags">What it is about: all of them must be read by who is told (<see cref="Readers"/>); null: no tag.</param>
    public static bool Of(IDbConnection db, long person, params ReadOnlySpan<long?> tags)
    {
        foreach (var tag in tags)
            if (tag is { } one && Hidden.TagFrom(db, new(person, null), one)) return false;
        return TagRights.Has(db, person, Right.Read);
    }

    /// <summary>Whether somebody may be told all that is of a scope, now.</summary>
    public static bool All(IDbConnection db, WebhookRow hook) => WhyNot(db, hook.OwnerId, Enum.Parse<WebhookScope>(hook.Scope), hook.TagId, hook.Tag) is null;

    /// <returns>Null, or why a person may not ask for all that is of a tag, or of the instance.</returns>
    public static Refusal? WhyNot(IDbConnection db, long person, WebhookScope scope, long? tag, string? name) => scope switch
    {
        WebhookScope.Tag => TagRights.WhyNotChange(db, person, tag!.Value) is null ? null : new(403, $"A webhook of '{name}' is for who may change that tag: its owner, release engineers where it is nobody's own, administrators."),
        WebhookScope.Instance => TagRights.Has(db, person, Right.Release) ? null : new(403, "A webhook of everything is for release engineers and administrators; leave --instance out to be told of your own builds."),
        _ => null,
    };
}
