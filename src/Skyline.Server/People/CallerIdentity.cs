using System.Globalization;
using System.Security.Claims;

namespace Skyline.Server.People;

/// <summary>A person or a builder, what they may do with what they showed, and what that was. It is shared by all requests that show the same, so nobody changes it.</summary>
sealed class CallerIdentity : ClaimsIdentity
{
    CallerIdentity(Right may, long? token, long? session) : base(TokenAuthentication.Scheme_) => (May, TokenId, SessionId) = (may, token, session);

    /// <param name="token">That they showed, or that the session was begun with.</param>
    public static CallerIdentity OfPerson(long id, string name, string role, string? scopes, long? token, long? session, bool owesSecond = false)
    {
        var identity = new CallerIdentity(owesSecond ? Rights.OfHalf : Rights.OfRole(role) & Rights.OfScopes(scopes), token, session) { PersonId = id, Role = role, Scopes = scopes, OwesSecond = owesSecond };
        identity.AddClaim(new Claim(Caller.Person, id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, name));
        return identity;
    }

    public static CallerIdentity OfBuilder(long id, string name, long token)
    {
        var identity = new CallerIdentity(Rights.OfBuilders, token, null) { BuilderId = id };
        identity.AddClaim(new Claim(Caller.Builder, id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, name));
        return identity;
    }

    public long? PersonId { get; private init; }
    public long? BuilderId { get; private init; }

    /// <summary>A person's.</summary>
    public string? Role { get; private init; }

    /// <summary>What the token is for; null: all that the role may.</summary>
    public string? Scopes { get; private init; }

    /// <summary>Their role asks for two factors, and this session was begun with one.</summary>
    public bool OwesSecond { get; private init; }
    public Right May { get; }

    /// <summary>What their token is for, whatever their role: as far as that goes, who is named in a tag may there what their role would not.</summary>
    public Right AsFarAs => OwesSecond ? Rights.OfHalf : Rights.OfScopes(Scopes);
    public long? TokenId { get; }
    public long? SessionId { get; }
}
