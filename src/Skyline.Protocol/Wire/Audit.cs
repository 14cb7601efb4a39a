using System.Text.Json;

namespace Skyline.Protocol;

/// <summary>One change, as the audit log has it.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="At">In UTC, to the millisecond.</param>
/// <param name="Kind">Who it was: person, builder, server (by itself: the clock, or what follows from an earlier change), host (a command there), nobody (not signed in).</param>
/// <param name="Who">Their name; of the host, who ran the command there; of the server "skyline", of nobody "nobody".</param>
/// <param name="With">What they showed: "token 17", "session 4"; null: nothing.</param>
/// <param name="Address">The network address that it came from; null: the server did it by itself, or a command on the host.</param>
/// <param name="Agent">What the client calls itself (`User-Agent`), up to 200 letters; null: nothing.</param>
/// <param name="Door">The address of the API, or the page's form, that it came by: "PATCH /api/tags/{tag}"; null: none.</param>
/// <param name="Act">What was done, in the packager's words.</param>
/// <param name="Thing">To what: "tag fedora-43".</param>
/// <param name="ThingId">The thing's own number, where it has one.</param>
/// <param name="Before">The fields that changed, as they were: a JSON object; one longer than 16 KiB is cut, with its SHA-256. Null: there was nothing.</param>
/// <param name="After">The same fields as they are since, in the same form; null: there is nothing any more.</param>
/// <param name="Hash">SHA-256, lower-case hex, that chains it to the entry before: see <see cref="AuditChain"/>.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset At, string Kind, string Who, string? With, string? Address, string? Agent, string? Door, string Act, string Thing, long? ThingId, JsonElement? Before, JsonElement? After, string? Hash = null);

/// <summary>The audit log, a page at a time.</summary>
/// <param name="Entries">The newest first.</param>
/// <param name="Before">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Before);

/// <summary>The end of the chain. Noted outside of the server, it tells later whether what was up to it still is what it was.</summary>
/// <param name="Number">Of the last entry.</param>
/// <param name="Hash">That entry's: SHA-256, lower-case hex.</param>
public sealed record AuditHead(long Number, string Hash);
