using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Mail;

/// <summary>Something that the next mail to a person says.</summary>
sealed record MailItem(long Id, string Kind, string Sentence, string Link, long At)
{
    /// <summary>Where the person has an address and chose to be told by mail. The caller rings <see cref="Bells.Notices"/>.</summary>
    public static void Put(IDbTransaction tx, long person, string kind, string sentence, string link, long now) => tx.Execute("""
        INSERT INTO mail_items (person_id, kind, sentence, link, at) SELECT @person, @kind, @sentence, @link, @now
        WHERE EXISTS (SELECT 1 FROM mail_addresses a JOIN users u ON u.id = a.person_id WHERE a.person_id = @person AND a.verified_at IS NOT NULL AND u.disabled_at IS NULL)
          AND (@kind = 'security' OR EXISTS (SELECT 1 FROM mail_choices WHERE person_id = @person AND kind = @kind))
        """, new { person, kind, sentence, link, now });

    public static IReadOnlyList<MailItem> Of(IDbConnection db, long person, int most) =>
        db.All<MailItem>("SELECT id AS Id, kind AS Kind, sentence AS Sentence, link AS Link, at AS At FROM mail_items WHERE person_id = @person ORDER BY kind <> 'security', id LIMIT @most", new { person, most });
}
