using System.Data;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Who administers a tag gives a person or a team rights in it, and takes them back. It holds from the answer on; where the tag asks for a second person, what is given holds when they agree.</summary>
public sealed class GrantAccess(Database database, Bells bells, TimeProvider time)
{
    const int Most = 500;

    sealed record Row(string? Person, string? Team, string Access);

    internal static TagAccess? Of(IDbConnection db, string name)
    {
        if (Tag.Find(db, name) is not { } tag) return null;
        var owner = db.One<string>("SELECT u.name FROM tags t JOIN users u ON u.id = t.owner_id WHERE t.id = @Id", new { tag.Id });
        var rows = db.All<Row>("""
            SELECT u.name AS Person, m.name AS Team, g.access AS Access FROM tag_grants g LEFT JOIN users u ON u.id = g.user_id LEFT JOIN teams m ON m.id = g.team_id
            WHERE g.tag_id = @Id AND g.revoked_at IS NULL ORDER BY g.id
            """, new { tag.Id });
        return new(tag.Name, owner, tag.Private, tag.Closed, [.. rows.GroupBy(row => (row.Person, row.Team)).Select(rights => new TagGrant(rights.Key.Person, rights.Key.Team, [.. rights.Select(row => row.Access)]))]);
    }

    public async Task<Refusal?> Edit(string name, TagGrantEdit edit, long by, CancellationToken ct)
    {
        if (WhyNot(edit) is { } wrong) return wrong;
        var (tag, why) = await database.Write<(Tag?, Refusal?)>(tx =>
        {
            var db = tx.Connection!;
            if (Tag.Find(db, name) is not { } tag) return (null, Tag.None(name));
            if (TagRights.WhyNot(db, Access.Administer, by, tag.Id) is { } notYours) return (null, notYours);
            var (user, team) = (tx.One<long?>("SELECT id FROM users WHERE name = @Person", new { edit.Person }), edit.Team is { } one ? Teams.Find(tx, one) : null);
            if (edit.Person is { } person && user is null) return (null, EditPerson.None(person));
            if (edit.Team is { } named && team is null) return (null, Teams.None(named));
            if (tx.One<int>("SELECT count(*) FROM tag_grants WHERE tag_id = @Id AND revoked_at IS NULL", new { tag.Id }) + (edit.Grant?.Count ?? 0) > Most) return (null, new(409, $"In a tag {Most} rights are given to people and teams, and no more; put people into teams."));
            Write(tx, tag, edit, user, team, by, time.Stamp());
            return (tag, null);
        }, ct);
        if (tag is not null) bells.Ring(Bells.Tags);
        return why;
    }

    static Refusal? WhyNot(TagGrantEdit edit) =>
        edit.Person is null == edit.Team is null ? new(400, "Rights are given to a person or to a team: name one of the two.")
        : (string[])[.. edit.Grant ?? [], .. edit.Revoke ?? []] is not { Length: > 0 and < 20 } words ? new(400, $"Which rights? Of {TagRule.AllWords}.")
        : words.FirstOrDefault(word => TagRule.Read(word) is null) is { } unknown ? new(400, $"There is no right '{(Names.IsGood(unknown) ? unknown : "?")}' in a tag; there are {TagRule.AllWords}.")
        : null;

    static void Write(IDbTransaction tx, Tag tag, TagGrantEdit edit, long? user, long? team, long by, long now)
    {
        var (given, taken) = (new List<string>(), new List<string>());
        foreach (var access in (edit.Revoke ?? []).Distinct())
            if (tx.Execute("UPDATE tag_grants SET revoked_at = @now, revoked_by = @by WHERE tag_id = @Id AND access = @access AND revoked_at IS NULL AND user_id IS NOT DISTINCT FROM @user AND team_id IS NOT DISTINCT FROM @team", new { tag.Id, access, user, team, by, now }) > 0) taken.Add(access);
        foreach (var access in (edit.Grant ?? []).Distinct())
            if (tx.Execute("INSERT INTO tag_grants (tag_id, user_id, team_id, access, granted_at, granted_by) VALUES (@Id, @user, @team, @access, @now, @by) ON CONFLICT DO NOTHING", new { tag.Id, access, user, team, by, now }) > 0) given.Add(access);
        var who = edit.Person ?? "team " + edit.Team;
        string[] said = [.. given.Count > 0 ? [$"{who} may {string.Join(", ", given)}"] : Array.Empty<string>(), .. taken.Count > 0 ? [$"{who} may no more {string.Join(", ", taken)}"] : Array.Empty<string>()];
        // What is only taken back is taken back at once, whoever else would have to agree: an account that somebody got hold of does not wait for that.
        if (said.Length > 0) TagEvent.Record(tx, tag.Id, TagEventKind.Config, null, string.Join("; ", said), now, by, alone: given.Count == 0);
    }
}
