using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What somebody is told of: of packages, and of the safety of their account.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeKind>))]
public enum NoticeKind { Fails, BuildsAgain, Guilty, Approval, Safety, WebhookDisabled, SideTagExpires, TokenExpires }

/// <param name="Link">A page on this server.</param>
/// <param name="ReadAt">Null: not read yet.</param>
public sealed record Notice(long Id, NoticeKind Kind, string Sentence, string Link, DateTimeOffset At, DateTimeOffset? ReadAt);

/// <param name="Unread">How many there are in all that are not read.</param>
public sealed record NoticePage(IReadOnlyList<Notice> Notices, int Unread, long? NextBefore);

/// <param name="Address">Whoever has it may read your notices; shown this once.</param>
public sealed record FeedAddress(string Address);

/// <param name="UpTo">All up to this one; null: all.</param>
public sealed record ReadNotices(long? UpTo = null);
