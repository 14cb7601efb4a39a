using System.Security.Claims;
using System.Text;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Oidc;

/// <summary>What a provider's token says of somebody, in our words. Pure.</summary>
/// <param name="Name">What they would be called here; null: nothing that a name can be made of.</param>
/// <param name="Role">Theirs by the settings; null: the provider says nothing about roles.</param>
/// <param name="Teams">Of each team that the settings name, whether they are in it.</param>
sealed record OidcClaims(string Subject, string? Name, string? Role, IReadOnlyDictionary<string, bool> Teams)
{
    const int LongestSubject = 255;

    public static (OidcClaims? Claims, Refusal? Why) Of(ClaimsPrincipal who, OidcSettings settings)
    {
        if (who.FindFirst("sub")?.Value is not { Length: > 0 and <= LongestSubject } subject) return (null, new(403, $"{settings.Name} did not say who you are (the claim sub is missing), so nobody was signed in. Its administrator can look at what this client is told."));
        var values = who.FindAll(settings.RolesClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
        var role = Rights.Roles.Reverse().FirstOrDefault(role => settings.Roles.TryGetValue(role.Word, out var giving) && giving.Any(values.Contains)).Word;
        if (role is null && settings.Roles.Count > 0 && settings.Role.Length == 0)
            return (null, new(403, $"{settings.Name} says that you are in none of the groups that may use this server, so nobody was signed in. Ask whoever keeps those groups there."));
        return (new(subject, Called(who.FindFirst(settings.NameClaim)?.Value), role ?? (settings.Roles.Count > 0 ? settings.Role : null),
            settings.Teams.ToDictionary(team => team.Key, team => team.Value.Any(values.Contains))), null);
    }

    /// <summary>What is before an @, in small letters, other signs as dashes.</summary>
    static string? Called(string? said)
    {
        if (said is not { Length: > 0 and <= 200 }) return null;
        var name = new StringBuilder();
        foreach (var letter in said.Split('@')[0].ToLowerInvariant()) name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' ? letter : '-');
        var trimmed = name.ToString().Trim('-', '.', '_');
        return Names.IsGood(trimmed) ? trimmed : null;
    }
}
