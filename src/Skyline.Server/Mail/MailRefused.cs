using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Mail;

/// <summary>An address that the mail server says is nobody's is written to no more, until its owner shows that it is theirs.</summary>
static class MailRefused
{
    public static void Note(IDbTransaction tx, DueDelivery delivery, Answered answer)
    {
        if (!answer.RefusesAddress) return;
        var to = Letter.Read(delivery.Body).To;
        foreach (var person in tx.All<long>("UPDATE mail_addresses SET verified_at = NULL, refused_why = @why WHERE address = @to AND verified_at IS NOT NULL RETURNING person_id", new { to, why = $"The mail server refused {to}: {answer.Text}" })) ChooseMail.WantEvents(tx, person);
        tx.Execute("UPDATE mail_addresses SET asked_address = NULL, asked_sha256 = NULL, asked_at = NULL, refused_why = @why WHERE asked_address = @to", new { to, why = $"The mail server refused {to}: {answer.Text}" });
    }
}
