using System.Data;
using Skyline.Protocol;
using Skyline.Server.Mail;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Notices;

/// <summary>The one place where people are told something. It is a row that they read, and a line of a mail where they chose that.</summary>
static class Notify
{
    /// <summary>The caller rings <see cref="Bells.Notices"/> after its transaction.</summary>
    /// <param name="link">A page on this server.</param>
    /// <param name="tag">What it is about: who may not read that is told nothing, and who may no more reads it no more.</param>
    public static void Put(IDbTransaction tx, long person, NoticeKind kind, string sentence, string link, long now, long? tag = null)
    {
        if (tag is { } about && Hidden.TagFrom(tx.Connection!, new(person, null), about)) return;
        tx.Execute("INSERT INTO notices (person_id, kind, sentence, link, at, tag_id) VALUES (@person, @kind, @sentence, @link, @now, @tag)", new { person, kind = kind.ToString(), sentence, link, now, tag });
        MailItem.Put(tx, person, MailKinds.Of(kind), sentence, link, now);
    }
}
