using System.Data;
using Skyline.Protocol;
using Skyline.Server.Mail;
using Skyline.Server.Storage;

namespace Skyline.Server.Notices;

/// <summary>The one place where people are told something. It is a row that they read, and a line of a mail where they chose that.</summary>
static class Notify
{
    /// <summary>The caller rings <see cref="Bells.Notices"/> after its transaction.</summary>
    /// <param name="link">A page on this server.</param>
    public static void Put(IDbTransaction tx, long person, NoticeKind kind, string sentence, string link, long now)
    {
        tx.Execute("INSERT INTO notices (person_id, kind, sentence, link, at) VALUES (@person, @kind, @sentence, @link, @now)", new { person, kind = kind.ToString(), sentence, link, now });
        MailItem.Put(tx, person, MailKinds.Of(kind), sentence, link, now);
    }
}
