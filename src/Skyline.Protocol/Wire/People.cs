namespace Skyline.Protocol;

/// <summary>Who a token belongs to.</summary>
/// <param name="Admin">Whether it administers: by their role and as far as this token goes.</param>
/// <param name="Role">A person's; of a builder none.</param>
/// <param name="Scopes">What the token is for; none: all that the role may.</param>
public sealed record WhoAmI(string Name, bool Admin, string Server, string? Role = null, IReadOnlyList<string>? Scopes = null);

/// <param name="Role">`viewer`, `packager` (also when it is not said), `release-engineer` or `admin`.</param>
public sealed record NewPerson(string Name, string? Role = null);

/// <param name="Token">Shown this once; the server keeps its hash only.</param>
public sealed record AddedPerson(string Name, string Token);

/// <param name="Tokens">How many are good.</param>
/// <param name="UsedAt">When one was last used, to some minutes.</param>
public sealed record PersonDetails(string Name, string Role, bool Disabled, DateTimeOffset CreatedAt, int Tokens, DateTimeOffset? UsedAt = null);

/// <summary>What is left out stays.</summary>
public sealed record PersonEdit(string? Role = null, bool? Disabled = null);

/// <param name="Role">For somebody new, who chooses a name and a password.</param>
/// <param name="Person">For somebody who is here and chooses a new password.</param>
public sealed record NewInvitation(string? Role = null, string? Person = null);

/// <param name="By">Who made it; none: a command on the host.</param>
public sealed record OpenInvitation(long Id, string? Role, string? Person, string? By, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <param name="Link">Good once; shown this once.</param>
public sealed record Invitation(string Link, DateTimeOffset ExpiresAt);

/// <param name="Scopes">Of `read`, `build`, `tag`, `promote`, `release`, `account`, `admin`; or `all` alone.</param>
/// <param name="Days">After which it is good no more; not said: it stays good.</param>
public sealed record NewToken(string Name, IReadOnlyList<string> Scopes, int? Days = null);

/// <param name="Token">Shown this once; the server keeps its hash only.</param>
public sealed record AddedToken(long Id, string Name, string Token, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt = null);

/// <summary>A name and a password for a token, by who has a terminal and no browser.</summary>
/// <param name="Code">Of the second factor, or a recovery code; where one is needed and none is said, the answer says so.</param>
public sealed record PasswordLogin(string Name, string Password, NewToken Token, string? Code = null);

/// <param name="Token">None: a code is needed as well.</param>
public sealed record PasswordLoginAnswer(bool CodeNeeded, AddedToken? Token = null);

/// <summary>A program that asks to be let in by somebody with a browser.</summary>
public sealed record DeviceLogin(NewToken Token);

/// <param name="Code">What a person types on the page at the address.</param>
/// <param name="Secret">What the program asks for its token with; nobody else has it.</param>
public sealed record DeviceCode(string Code, string Address, string Secret, DateTimeOffset ExpiresAt);

public sealed record DeviceQuestion(string Secret);

/// <param name="UsedAt">Last, to some minutes.</param>
public sealed record TokenDetails(long Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt = null, DateTimeOffset? UsedAt = null);

/// <summary>A team of people, to be given rights in tags together. (What `comps.xml` calls groups are groups of packages.)</summary>
public sealed record NewTeam(string Name, string? Description = null);

/// <param name="Tags">In which rights were given to it, as far as who asks may read them.</param>
public sealed record TeamDetails(string Name, string Description, IReadOnlyList<TeamMember> Members, IReadOnlyList<string> Tags, DateTimeOffset CreatedAt);

/// <param name="Leads">Whether they say who else is in it.</param>
public sealed record TeamMember(string Person, bool Leads);

public sealed record TeamPlace(bool Leads = false);
