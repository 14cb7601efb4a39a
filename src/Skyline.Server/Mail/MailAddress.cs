using System.Data;
using System.Text.RegularExpressions;
using Skyline.Server.Storage;

namespace Skyline.Server.Mail;

/// <summary>Where somebody is written to, as it is kept.</summary>
sealed partial record MailAddress(
    long PersonId, string? Address, long? VerifiedAt, string? AskedAddress, string? AskedSha256, long? AskedAt, long AsksDay, long Asks, string? RefusedWhy, long? SentAt, long SentDay, long Sent)
{
    const string Select = """
        SELECT person_id AS PersonId, address AS Address, verified_at AS VerifiedAt, asked_address AS AskedAddress, asked_sha256 AS AskedSha256, asked_at AS AskedAt, asks_day AS AsksDay, asks AS Asks,
               refused_why AS RefusedWhy, sent_at AS SentAt, sent_day AS SentDay, sent AS Sent FROM mail_addresses
        """;

    public static MailAddress? Of(IDbConnection db, long person) => db.One<MailAddress>(Select + " WHERE person_id = @person", new { person });

    public static MailAddress? BySecret(IDbConnection db, string sha256) => db.One<MailAddress>(Select + " WHERE asked_sha256 = @sha256", new { sha256 });

    /// <summary>Plain addresses alone: nothing in one can be taken for a second one, a name or a header.</summary>
    public static bool IsGood(string? address) => address is { Length: <= 254 } && Pattern().IsMatch(address);

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Pattern();
}
