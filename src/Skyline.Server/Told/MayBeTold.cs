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
    /// <param name="tag">What it is about; null: about no tag.</param>
    /// <param name="build">The build that it is about; null: about none.</param>
    public static bool Of(IDbConnection db, long person, long? tag, long? build = null) => TagRights.Has(db, person, Right.Read)
        && (tag is not { } of || !Hidden.TagFrom(db, new(person, null), of)) && (build is not { } one || !Sight.Through(new Sight(person, null), () => Hidden.Build(db, one)));

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
