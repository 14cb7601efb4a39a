using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What somebody is told of: of packages, and of the safety of their account.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeKind>))]
public enum NoticeKind
{
    /// <summary>A package of theirs does not build any more.</summary>
    Fails,
    /// <summary>A package of theirs builds again.</summary>
    BuildsAgain,
    /// <summary>The update is known that makes a package of theirs fail.</summary>
    Guilty,
    /// <summary>Somebody needs their approval, or has decided on what they asked for.</summary>
    Approval,
    /// <summary>What somebody signs in with was changed, or somebody may be guessing.</summary>
    Safety,
    /// <summary>A webhook of theirs takes nothing, and was disabled.</summary>
    WebhookDisabled,
    /// <summary>A side tag of theirs is removed within 12 hours.</summary>
    SideTagExpires,
    /// <summary>A token of theirs is over within a week.</summary>
    TokenExpires,
}

/// <summary>Something that somebody was told.</summary>
/// <param name="Id">Its number: all up to it can be marked as read.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Sentence">All of it, in one sentence or two.</param>
/// <param name="Link">Path of a page on this server.</param>
/// <param name="At">When it was written, in UTC.</param>
/// <param name="ReadAt">When it was read, in UTC; null: not yet.</param>
public sealed record Notice(long Id, NoticeKind Kind, string Sentence, string Link, DateTimeOffset At, DateTimeOffset? ReadAt);

/// <summary>Somebody's notices, a page at a time.</summary>
/// <param name="Notices">The newest first.</param>
/// <param name="Unread">How many there are in all that are not read.</param>
/// <param name="NextBefore">Where older ones begin: ask for `before=` this; null: these are the last.</param>
public sealed record NoticePage(IReadOnlyList<Notice> Notices, int Unread, long? NextBefore);

/// <summary>Where somebody's notices can be read as a feed, without signing in.</summary>
/// <param name="Address">Whoever has it may read your notices; shown this once.</param>
public sealed record FeedAddress(string Address);

/// <summary>Notices were read.</summary>
/// <param name="UpTo">All up to the one of this number; null: all.</param>
public sealed record ReadNotices(long? UpTo = null);
