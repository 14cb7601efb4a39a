using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Oidc;

/// <summary>Teams that follow a provider's groups: at each sign-in its person is in those that the settings name for them, and in no other of those that the settings name.</summary>
static class OidcTeams
{
    public static void Follow(IDbTransaction tx, long person, string name, IReadOnlyDictionary<string, bool> teams, long now)
    {
        foreach (var (team, belongs) in teams)
        {
            // (One that nobody has made yet is made here first: a setting makes none.)
            if (Teams.Find(tx, team) is not { } id) continue;
            var changed = belongs
                ? tx.Execute("INSERT INTO team_members (team_id, user_id, leads, added_at) VALUES (@id, @person, 0, @now) ON CONFLICT DO NOTHING", new { id, person, now })
                : tx.Execute("DELETE FROM team_members WHERE team_id = @id AND user_id = @person", new { id, person });
            if (changed > 0) tx.Note(belongs ? $"{name} put in, by the provider's word" : $"{name} taken out, by the provider's word", $"team {team}", by: (person, name));
        }
    }
}
