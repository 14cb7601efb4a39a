using System.Text.Json;

namespace Skyline.Protocol;

/// <summary>One change, as the audit log has it.</summary>
/// <param name="Kind">Who it was: person, builder, server (by itself: the clock, or what follows from an earlier change), host (a command there), nobody (not signed in).</param>
/// <param name="Who">Their name; of the host, who ran the command there.</param>
/// <param name="With">What they showed: "token 17", "session 4".</param>
/// <param name="Address">Where it came from, and what that called itself.</param>
/// <param name="Door">Of the API, or a page's form: "PATCH /api/tags/{tag}".</param>
/// <param name="Act">What was done, in the packager's words.</param>
/// <param name="Thing">To what: "tag fedora-43".</param>
/// <param name="Before">The fields that changed, as they were; a long one is cut, with its SHA-256.</param>
/// <param name="Hash">Lower-case hex: see <see cref="AuditChain"/>.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset At, string Kind, string Who, string? With, string? Address, string? Agent, string? Door, string Act, string Thing, long? ThingId, JsonElement? Before, JsonElement? After, string? Hash = null);

/// <param name="Before">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Before);

/// <summary>The end of the chain. Noted outside of the server, it tells later whether what was up to it still is what it was.</summary>
public sealed record AuditHead(long Number, string Hash);
