using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Skyline.Server.Audit;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Mail;

/// <summary>The link in a mail that ends such mails: who has it may do that one thing, without signing in (RFC 8058).</summary>
sealed class Unsubscribe(IDataProtectionProvider protection, Links links, Database database)
{
    public const string All = "all";

    readonly Lazy<IDataProtector> protector = new(() => protection.CreateProtector("mail unsubscribe"));

    public string Link(long person, string kind) => links.To("/mail/unsubscribe/" + protector.Value.Protect(string.Create(CultureInfo.InvariantCulture, $"{person} {kind}")));

    /// <returns>Who would be told no more, and of what; null where the link is none of this server's.</returns>
    public (long Person, string Kind)? Read(string secret)
    {
        try
        {
            var words = protector.Value.Unprotect(secret).Split(' ');
            return (long.Parse(words[0], CultureInfo.InvariantCulture), words[1]);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <returns>False where the link is none of this server's.</returns>
    public async Task<bool> End(string secret, CancellationToken ct)
    {
        if (Read(secret) is not var (person, kind)) return false;
        await database.Write(tx =>
        {
            tx.Execute("DELETE FROM mail_choices WHERE person_id = @person AND (@kind = @All OR kind = @kind)", new { person, kind, All });
            tx.Execute("DELETE FROM mail_items WHERE person_id = @person AND kind <> 'security' AND (@kind = @All OR kind = @kind)", new { person, kind, All });
            ChooseMail.WantEvents(tx, person);
            tx.Note("told no more by mail, by a link in one", "person " + tx.One<string>("SELECT name FROM users WHERE id = @person", new { person }), after: new { kind }, id: person);
        }, ct);
        return true;
    }
}
