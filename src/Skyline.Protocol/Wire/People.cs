namespace Skyline.Protocol;

/// <summary>Who a token belongs to.</summary>
/// <param name="Name">The person's, or the builder's.</param>
/// <param name="Admin">Whether it administers: by their role and as far as this token goes.</param>
/// <param name="Server">"Skyline VERSION".</param>
/// <param name="Role">A person's: `viewer`, `packager`, `release-engineer` or `admin`; of a builder null.</param>
/// <param name="Scopes">What the token is for; null where it is no person's; `all` alone: all that the role may.</param>
public sealed record WhoAmI(string Name, bool Admin, string Server, string? Role = null, IReadOnlyList<string>? Scopes = null);

/// <summary>Somebody who is to be added.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
/// <param name="Role">`viewer`, `packager` (also when it is not said), `release-engineer` or `admin`.</param>
public sealed record NewPerson(string Name, string? Role = null);

/// <summary>Somebody who was added.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Token">Shown this once; the server keeps its hash only.</param>
public sealed record AddedPerson(string Name, string Token);

/// <summary>A person.</summary>
/// <param name="Name">As they sign in.</param>
/// <param name="Role">`viewer`, `packager`, `release-engineer` or `admin`.</param>
/// <param name="Disabled">They are let in no more.</param>
/// <param name="CreatedAt">When they were added, in UTC.</param>
/// <param name="Tokens">How many tokens of theirs are good.</param>
/// <param name="UsedAt">When one was last used, in UTC, to some minutes; null: none was yet.</param>
public sealed record PersonDetails(string Name, string Role, bool Disabled, DateTimeOffset CreatedAt, int Tokens, DateTimeOffset? UsedAt = null);

/// <summary>What is left out stays.</summary>
/// <param name="Role">`viewer`, `packager`, `release-engineer` or `admin`.</param>
/// <param name="Disabled">Whether they are let in no more.</param>
public sealed record PersonEdit(string? Role = null, bool? Disabled = null);

/// <summary>A link that is to be made, to choose a password with; for a role or a person, one of the two.</summary>
/// <param name="Role">For somebody new, who chooses a name and a password.</param>
/// <param name="Person">For somebody who is here and chooses a new password.</param>
public sealed record NewInvitation(string? Role = null, string? Person = null);

/// <summary>A link that is good still, without its secret.</summary>
/// <param name="Id">Its number, by which it is taken back.</param>
/// <param name="Role">For somebody new; null: it is for a person who is here.</param>
/// <param name="Person">Who is to choose a new password; null: it is for somebody new.</param>
/// <param name="By">Who made it; null: a command on the host.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="ExpiresAt">Until when it is good, in UTC.</param>
public sealed record OpenInvitation(long Id, string? Role, string? Person, string? By, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A link to choose a password with.</summary>
/// <param name="Link">Good once; shown this once.</param>
/// <param name="ExpiresAt">Until when it is good, in UTC: seven days.</param>
public sealed record Invitation(string Link, DateTimeOffset ExpiresAt);

/// <summary>A token that is to be made for whoever asks.</summary>
/// <param name="Name">What its person knows it by: letters, digits and `._-+`, up to 100.</param>
/// <param name="Scopes">Of `read`, `build`, `tag`, `promote`, `release`, `account`, `admin`; or `all` alone.</param>
/// <param name="Days">After how many days it is good no more, 1 to 3650; null: it stays good.</param>
public sealed record NewToken(string Name, IReadOnlyList<string> Scopes, int? Days = null);

/// <summary>A token that was made.</summary>
/// <param name="Id">Its number, by which it is revoked.</param>
/// <param name="Name">What its person knows it by.</param>
/// <param name="Token">Shown this once; the server keeps its hash only.</param>
/// <param name="Scopes">What it is for; `all` alone: whatever its person may.</param>
/// <param name="ExpiresAt">Until when it is good, in UTC; null: until it is revoked.</param>
public sealed record AddedToken(long Id, string Name, string Token, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt = null);

/// <summary>A name and a password for a token, by who has a terminal and no browser.</summary>
/// <param name="Name">The person's.</param>
/// <param name="Password">Theirs.</param>
/// <param name="Token">The token that is wanted; where there is one of that name, it is called NAME-2, and so on.</param>
/// <param name="Code">Of the second factor, or a recovery code; null: none. Where one is needed and none is said, the answer says so.</param>
public sealed record PasswordLogin(string Name, string Password, NewToken Token, string? Code = null);

/// <summary>What comes of a name and a password.</summary>
/// <param name="CodeNeeded">A second factor is asked for: send the same again, with its code.</param>
/// <param name="Token">Null: a code is needed as well.</param>
public sealed record PasswordLoginAnswer(bool CodeNeeded, AddedToken? Token = null);

/// <summary>A program that asks to be let in by somebody with a browser.</summary>
/// <param name="Token">The token that is wanted.</param>
public sealed record DeviceLogin(NewToken Token);

/// <summary>What a program shows to whoever is to let it in.</summary>
/// <param name="Code">What a person types on the page at the address.</param>
/// <param name="Address">The page, as a whole address.</param>
/// <param name="Secret">What the program asks for its token with; nobody else has it.</param>
/// <param name="ExpiresAt">Until when the code is good, in UTC: ten minutes.</param>
public sealed record DeviceCode(string Code, string Address, string Secret, DateTimeOffset ExpiresAt);

/// <summary>A program asks whether it was let in.</summary>
/// <param name="Secret">As <see cref="DeviceCode"/> had it.</param>
public sealed record DeviceQuestion(string Secret);

/// <summary>A token, without itself.</summary>
/// <param name="Id">Its number, by which it is revoked.</param>
/// <param name="Name">What its person knows it by.</param>
/// <param name="Scopes">What it is for; `all` alone: whatever its person may.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="ExpiresAt">Until when it is good, in UTC; null: until it is revoked.</param>
/// <param name="UsedAt">When it was last used, in UTC, to some minutes; null: it was not yet.</param>
public sealed record TokenDetails(long Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt = null, DateTimeOffset? UsedAt = null);

/// <summary>A team of people, to be given rights in tags together. (What `comps.xml` calls groups are groups of packages.)</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
/// <param name="Description">For people; null: none.</param>
public sealed record NewTeam(string Name, string? Description = null);

/// <summary>A team.</summary>
/// <param name="Name">As rights in tags name it.</param>
/// <param name="Description">For people; empty: none.</param>
/// <param name="Members">By name.</param>
/// <param name="Tags">Names of the tags in which rights were given to it, as far as who asks may read them.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
public sealed record TeamDetails(string Name, string Description, IReadOnlyList<TeamMember> Members, IReadOnlyList<string> Tags, DateTimeOffset CreatedAt);

/// <summary>Somebody in a team.</summary>
/// <param name="Person">Their name.</param>
/// <param name="Leads">Whether they say who else is in it.</param>
public sealed record TeamMember(string Person, bool Leads);

/// <summary>Somebody's place in a team.</summary>
/// <param name="Leads">Whether they say who else is in it.</param>
public sealed record TeamPlace(bool Leads = false);
