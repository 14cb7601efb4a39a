using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>What a write would have done to tags that ask for a second person, as it was seen when it was done and undone.</summary>
/// <param name="Tags">Those tags, and the last event before it of each or of what it inherits from.</param>
/// <param name="Changes">For people: { "changes": [{ "thing", "act", "before", "after" }], "builds": [{ "tag", "build", "comes" }] }.</param>
/// <param name="Digest">SHA-256 of the changes, the tags' moments and all packages of the builds: what is agreed to is exactly this.</param>
sealed record HeldBack(IReadOnlyList<(long Tag, long Event)> Tags, string Changes, string Digest)
{
    /// <summary>At a write's end: what a second person has not agreed to is undone, by an exception that tells it.</summary>
    public static void Check(KeptTransaction tx, TimeProvider time)
    {
        var agreed = tx.By?.Agreed;
        if (tx.Held.Count > 0 && agreed is null) throw new NeedsSecondPersonException(Of(tx));
        if (tx.Held.Count > 0) agreed!.Take(tx, Of(tx), time.Stamp());
        else if (agreed is { IsTaken: false } && tx.Notes.Count > 0) throw new StaleException("no tag that it changes asks for a second person any more, so it can be done without one");
    }

    /// <summary>A part of a write that may be held back alone: then what it did is undone, and what was done before it stays.</summary>
    /// <returns>What was held back; null: it is done.</returns>
    public static HeldBack? Unless(IDbTransaction tx, Action act)
    {
        var (write, noted) = ((KeptTransaction)tx, ((KeptTransaction)tx).Notes.Count);
        write.On.Do("SAVEPOINT held");
        act();
        var held = write.Held.Count > 0 ? Of(write) : null;
        if (held is not null)
        {
            write.On.Do("ROLLBACK TO held");
            write.Notes.RemoveRange(noted, write.Notes.Count - noted);
            write.LetGo();
        }
        write.On.Do("RELEASE held");
        return held;
    }

    static HeldBack Of(KeptTransaction tx)
    {
        var db = tx.Connection!;
        // (Events of this very write have other numbers when it is done again.)
        var tags = tx.Held.Order().Select(tag => (tag, db.One<long>("""
            SELECT coalesce(max(id), 0) FROM tag_events WHERE id < @first AND tag_id IN (SELECT @tag UNION SELECT from_id FROM tag_kin WHERE tag_id = @tag)
            """, new { tag, first = tx.FirstEvent ?? long.MaxValue }))).ToList();
        var moves = tx.Moves.Distinct().OrderBy(move => (move.Tag, move.Build, move.Comes)).ToList();
        var changes = Entry.Text(new JsonObject
        {
            ["changes"] = new JsonArray([.. tx.Notes.Select(note => (JsonNode)new JsonObject { ["thing"] = note.Thing, ["act"] = note.Act, ["before"] = note.Before?.DeepClone(), ["after"] = note.After?.DeepClone() })]),
            ["builds"] = new JsonArray([.. moves.Select(move => (JsonNode)new JsonObject { ["tag"] = move.Tag, ["build"] = move.Build, ["comes"] = move.Comes })]),
        });
        var text = new StringBuilder(changes).Append('\n');
        foreach (var (tag, moment) in tags) text.Append(CultureInfo.InvariantCulture, $"tag {tag} event {moment}\n");
        foreach (var build in moves.Select(move => move.Build).Distinct()) text.Append(CultureInfo.InvariantCulture, $"build {build} {Packages(db, build)}\n");
        return new(tags, changes, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }

    sealed record Package(string FileName, string ContentHash, string? Blob);

    /// <summary>The build's packages as they came, each by the hash of its file and of its header, which has the payload's.</summary>
    static string Packages(IDbConnection db, long build) => string.Join(' ', db.All<Package>("""
        SELECT file_name AS FileName, content_hash AS ContentHash, blob_sha256 AS Blob FROM rpms WHERE build_id = @build ORDER BY file_name
        """, new { build }).Select(package => $"{package.FileName}={package.ContentHash}/{package.Blob}"));
}

/// <summary>A write was undone because a second person must agree to it first.</summary>
sealed class NeedsSecondPersonException(HeldBack held) : Exception("A second person must agree to this first.")
{
    public HeldBack Held => held;
}

/// <summary>What was agreed to is not what would be done now; the message is a clause.</summary>
sealed class StaleException(string why) : Exception(why);

/// <summary>Somebody else was first to decide about it; the message is a sentence.</summary>
sealed class DecidedException(string sentence) : Exception(sentence);

/// <summary>What two people agreed to, on its way to take effect: once, and as it was seen.</summary>
/// <param name="whyNoMore">Why one of the two may not do it (any more): a clause.</param>
sealed class Agreed(long approval, string digest, long maker, long second, bool waived, Func<IDbConnection, string?> whyNoMore)
{
    public bool IsTaken { get; private set; }

    /// <summary>In the write that does it, before it does anything: what both may there may itself be part of that.</summary>
    public void Look(IDbTransaction tx)
    {
        if (!IsTaken && whyNoMore(tx.Connection!) is { } why) throw new StaleException(why);
    }

    /// <summary>In the write that does it, so that either both happen or neither, however many agree at once.</summary>
    public void Take(IDbTransaction tx, HeldBack held, long now)
    {
        if (IsTaken || held.Digest != digest) throw new StaleException("what it changes, or a build of it, is not what it was when it was asked for");
        foreach (var person in new[] { maker, second })
            if (!tx.One<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE id = @person AND disabled_at IS NULL)", new { person })) throw new StaleException($"{tx.One<string>("SELECT name FROM users WHERE id = @person", new { person })} may sign in no more");
        if (tx.Execute("""
            UPDATE approvals SET state = 'Done', decided_by = @second, decided_at = @now, revision = revision + 1 WHERE id = @approval AND state = 'Waiting' AND expires_at > @now AND (made_by <> @second OR @waived = 1 AND waived_at IS NOT NULL)
            """, new { approval, second, now, waived }) == 0) throw new DecidedException($"Approval {approval} does not wait any more: somebody else was first, or its time is over.");
        tx.Note(waived ? "done without a second person, as was allowed on the host" : "agreed to", $"approval {approval}", null, new { Digest = digest }, approval, (second, tx.One<string>("SELECT name FROM users WHERE id = @second", new { second })!));
        IsTaken = true;
    }
}
