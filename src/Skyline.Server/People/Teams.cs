using System.Data;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>Teams of people, which are given rights in tags together. Administrators make them; who leads one says who else is in it.</summary>
public sealed class Teams(Database database, Bells bells, TimeProvider time)
{
    const int Most = 1000, MostMembers = 1000;

    sealed record Row
    {
        public long Id { get; init; }
        public required string Name { get; init; }
        public required string Description { get; init; }
        public long CreatedAt { get; init; }
    }

    sealed record MemberRow(long Team, string Person, long Leads);

    sealed record TagRow(long Team, string Tag);

    const string Select = "SELECT id AS Id, name AS Name, description AS Description, created_at AS CreatedAt FROM teams WHERE removed_at IS NULL";

    internal static IReadOnlyList<TeamDetails> All(IDbConnection db, string? name = null)
    {
        var members = db.All<MemberRow>("SELECT m.team_id AS Team, u.name AS Person, m.leads AS Leads FROM team_members m JOIN users u ON u.id = m.user_id ORDER BY u.name").ToLookup(row => row.Team);
        var tags = db.All<TagRow>("SELECT DISTINCT g.team_id AS Team, t.name AS Tag FROM tag_grants g JOIN tags t ON t.id = g.tag_id WHERE g.team_id IS NOT NULL AND g.revoked_at IS NULL ORDER BY t.name").ToLookup(row => row.Team);
        return [.. db.All<Row>(Select + " AND (@name IS NULL OR name = @name) ORDER BY name", new { name }).Select(row => new TeamDetails(
            row.Name, row.Description, [.. members[row.Id].Select(one => new TeamMember(one.Person, one.Leads == 1))], [.. tags[row.Id].Select(one => one.Tag)], row.CreatedAt.ToTime()))];
    }

    async Task<Refusal?> Write(Func<IDbTransaction, Refusal?> act, CancellationToken ct)
    {
        var why = await database.Write(act, ct);
        bells.Ring(Bells.People);
        return why;
    }

    public Task<Refusal?> Create(NewTeam wanted, long by, CancellationToken ct)
    {
        if (!Names.IsGood(wanted.Name)) return Task.FromResult<Refusal?>(new(400, $"A team cannot be called so: a name is {Names.Rule}."));
        if (ChangeSettings.WhyNotDescription(wanted.Description) is { } bad) return Task.FromResult<Refusal?>(new(400, bad));
        return Write(tx =>
            tx.One<int>("SELECT count(*) FROM teams WHERE removed_at IS NULL") >= Most ? new(409, $"There are {Most} teams, and no more than that; remove one first.")
            : tx.Execute("INSERT INTO teams (name, description, created_at, created_by) VALUES (@Name, @description, @now, @by) ON CONFLICT DO NOTHING", new { wanted.Name, description = wanted.Description?.Trim() ?? "", now = time.Stamp(), by }) == 0
                ? new(409, $"There is a team '{wanted.Name}' already.") : Noted(tx, "made", wanted.Name), ct);
    }

    /// <summary>What it might do in tags goes with it.</summary>
    public Task<Refusal?> Remove(string name, long by, CancellationToken ct) => Write(tx =>
    {
        if (Find(tx, name) is not { } team) return None(name);
        var args = new { team, by, now = time.Stamp() };
        tx.Execute("UPDATE tag_grants SET revoked_at = @now, revoked_by = @by WHERE team_id = @team AND revoked_at IS NULL", args);
        tx.Execute("DELETE FROM team_members WHERE team_id = @team", args);
        tx.Execute("UPDATE teams SET removed_at = @now WHERE id = @team", args);
        return Noted(tx, "removed", name);
    }, ct);

    /// <param name="leads">Null: they are taken out.</param>
    public Task<Refusal?> Place(string name, string person, bool? leads, long by, CancellationToken ct) => Write(tx =>
    {
        if (Find(tx, name) is not { } team) return None(name);
        if (!TagRights.IsAdmin(tx.Connection!, by) && !tx.One<bool>("SELECT EXISTS (SELECT 1 FROM team_members WHERE team_id = @team AND user_id = @by AND leads = 1)", new { team, by }))
            return new(403, $"Who leads the team '{name}' and administrators alone say who is in it.");
        if (tx.One<long?>("SELECT id FROM users WHERE name = @person", new { person }) is not { } user) return EditPerson.None(person);
        if (leads is null) return tx.Execute("DELETE FROM team_members WHERE team_id = @team AND user_id = @user", new { team, user }) > 0 ? Noted(tx, $"{person} taken out", name) : new(404, $"'{person}' is not in the team '{name}'.");
        if (tx.One<int>("SELECT count(*) FROM team_members WHERE team_id = @team", new { team }) >= MostMembers) return new(409, $"The team '{name}' has {MostMembers} members, and none has more.");
        // Whoever comes to a team comes to its rights: in a tag that asks for a second person nobody names another alone, this way neither.
        foreach (var tag in tx.All<long>("""
            SELECT DISTINCT g.tag_id FROM tag_grants g JOIN tags t ON t.id = g.tag_id
            WHERE g.team_id = @team AND g.revoked_at IS NULL AND t.removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = @team AND m.user_id = @user AND m.leads >= @leads)
            """, new { team, user, leads })) SecondPerson.Demand(tx, tag, TagEventKind.Config);
        tx.Execute("INSERT INTO team_members (team_id, user_id, leads, added_at, added_by) VALUES (@team, @user, @leads, @now, @by) ON CONFLICT (team_id, user_id) DO UPDATE SET leads = @leads", new { team, user, leads, now = time.Stamp(), by });
        return Noted(tx, leads.Value ? $"{person} put in, to lead it" : $"{person} put in", name);
    }, ct);

    static Refusal? Noted(IDbTransaction tx, string act, string name)
    {
        tx.Note(act, $"team {name}");
        return null;
    }

    internal static long? Find(IDbTransaction tx, string name) => tx.One<long?>("SELECT id FROM teams WHERE name = @name AND removed_at IS NULL", new { name });

    internal static Refusal None(string name) => new(404, $"There is no team '{(Names.IsGood(name) ? name : "?")}' here; `skyline team list` shows those that there are.");
}
