using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Feeds;

/// <summary>
/// Somebody's own notices. Feed readers do not sign in, so the address itself is the capability: it reads these and nothing else, is shown
/// once, known by its hash, and good until its owner makes another or takes it back.
/// </summary>
sealed class NoticesFeed(Database database, TimeProvider time)
{
    /// <returns>The address's last part, this once; the one before is good no more.</returns>
    public async Task<string> Make(long person, CancellationToken ct)
    {
        var secret = Token.New();
        await database.Write(tx =>
        {
            tx.Note("made", $"feed of person {person}", id: person);
            tx.Execute("INSERT INTO feed_secrets (person_id, sha256, created_at) VALUES (@person, @hash, @now) ON CONFLICT (person_id) DO UPDATE SET sha256 = @hash, created_at = @now", new { person, hash = Token.Hash(secret), now = time.Stamp() });
        }, ct);
        return secret;
    }

    public Task TakeBack(long person, CancellationToken ct) => database.Write(tx =>
    {
        if (tx.Execute("DELETE FROM feed_secrets WHERE person_id = @person", new { person }) > 0) tx.Note("taken back", $"feed of person {person}", id: person);
        else tx.IsNoChange();
    }, ct);

    /// <returns>Null where the address is nobody's, or is of somebody who is let in no more.</returns>
    public AtomFeed? Read(string secret) =>
        database.Read(db => db.One<long?>("SELECT person_id FROM feed_secrets WHERE sha256 = @hash", new { hash = Token.Hash(secret) })) is { } person
            ? Sight.Through(new(person, null), () => database.Read(db => Read(db, person))) : null;

    static AtomFeed? Read(IDbConnection db, long person)
    {
        if (!MayBeTold.Of(db, person)) return null;
        // (Its own address is a secret, which is not repeated in it.)
        return new("Your notices", $"/feeds/notices/{person}", "/notices", AtomFeed.BirthOf(db), [.. ReadNotice.Of(db, person, unread: false, null, AtomFeed.Most).Notices.Select(notice =>
            new FeedEntry($"notice {notice.Id}", notice.Sentence, null, notice.Link, "Skyline", notice.Kind.ToString(), notice.At.ToUnixTimeMilliseconds()))]);
    }
}
