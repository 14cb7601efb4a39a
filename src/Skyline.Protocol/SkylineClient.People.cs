namespace Skyline.Protocol;

// Who may use the server, and with which tokens.
public sealed partial class SkylineClient
{
    /// <summary>Adds a person; the answer holds their first token, this once. For administrators.</summary>
    /// <exception cref="RefusedException">400: they cannot be called so, or there is no such role. 409: there is somebody called so.</exception>
    public Task<AddedPerson> AddPerson(NewPerson person, CancellationToken ct) =>
        http.Post("api/people", person, SkylineJson.Default.NewPerson, SkylineJson.Default.AddedPerson, ct);

    /// <summary>All people, their roles, and when each was last here. For administrators.</summary>
    public Task<IReadOnlyList<PersonDetails>> People(CancellationToken ct) => http.Get("api/people", SkylineJson.Default.IReadOnlyListPersonDetails, ct);

    /// <summary>Gives a person another role, or lets them in no more, or again; it holds from the answer on. For administrators.</summary>
    /// <param name="name">Of the person.</param>
    /// <param name="edit">What is null stays as it is.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: there is no such role. 404: there is nobody called so. 409: they are the last administrator.</exception>
    public Task<PersonDetails> EditPerson(string name, PersonEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/people/{Uri.EscapeDataString(name)}", edit, SkylineJson.Default.PersonEdit, SkylineJson.Default.PersonDetails, ct);

    /// <summary>For somebody who lost theirs: their second factor goes, and their passkeys and sessions too. For administrators, and of others alone.</summary>
    /// <exception cref="RefusedException">403: it is one's own. 404: there is nobody called so.</exception>
    public Task ResetSecondFactor(string name, CancellationToken ct) => http.Delete($"api/people/{Uri.EscapeDataString(name)}/second-factor", ct);

    /// <summary>
    /// Makes a link that is good once, for seven days, and shown this once: for somebody new, who chooses a name and a password, or for somebody who chooses a new password. For administrators.
    /// </summary>
    /// <exception cref="RefusedException">400: it names neither a role nor a person, or both, or there is no such role. 404: there is nobody called so.</exception>
    public Task<Invitation> Invite(NewInvitation invitation, CancellationToken ct) =>
        http.Post("api/invitations", invitation, SkylineJson.Default.NewInvitation, SkylineJson.Default.Invitation, ct);

    /// <summary>Those that are good still; their links nobody can show again. For administrators.</summary>
    public Task<IReadOnlyList<OpenInvitation>> Invitations(CancellationToken ct) => http.Get("api/invitations", SkylineJson.Default.IReadOnlyListOpenInvitation, ct);

    /// <summary>Its link is good no more. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no invitation of that number that was not used yet.</exception>
    public Task TakeBackInvitation(long id, CancellationToken ct) => http.Delete($"api/invitations/{id}", ct);

    /// <summary>The tokens of whoever asks that are good: what each is for, and when it was last used.</summary>
    public Task<IReadOnlyList<TokenDetails>> Tokens(CancellationToken ct) => http.Get("api/tokens", SkylineJson.Default.IReadOnlyListTokenDetails, ct);

    /// <summary>Makes a token of whoever asks; the answer holds it, this once. Up to 100 are good at a time, each for 1 to 3650 days or until it is revoked.</summary>
    /// <exception cref="RefusedException">400: it is called nothing, or is for nothing that there is. 403: it would be for more than the token that asks. 409: there is one called so, or there are
    /// as many as one may have.</exception>
    public Task<AddedToken> CreateToken(NewToken token, CancellationToken ct) =>
        http.Post("api/tokens", token, SkylineJson.Default.NewToken, SkylineJson.Default.AddedToken, ct);

    /// <summary>A token for a name and a password, without one so far. Where a second factor is needed and no code was said, the answer says that, and holds none.</summary>
    /// <exception cref="RefusedException">400: no such token can be made. 401: there is nobody of that name with that password. 403: the code is wrong, or it takes a browser. 429: there were too
    /// many wrong tries; the sentence says how long to wait.</exception>
    public Task<PasswordLoginAnswer> Login(PasswordLogin login, CancellationToken ct) =>
        http.Post("api/login", login, SkylineJson.Default.PasswordLogin, SkylineJson.Default.PasswordLoginAnswer, ct);

    /// <summary>Begins a login that somebody approves in a browser, within ten minutes.</summary>
    /// <exception cref="RefusedException">400: no such token can be made. 429: very many logins wait to be approved.</exception>
    public Task<DeviceCode> BeginDeviceLogin(DeviceLogin login, CancellationToken ct) =>
        http.Post("api/login/device", login, SkylineJson.Default.DeviceLogin, SkylineJson.Default.DeviceCode, ct);

    /// <summary>Waits for up to 20 seconds for somebody's yes. The token is given once.</summary>
    /// <param name="secret">Of the login: <see cref="DeviceCode.Secret"/>.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>Null: nobody has answered yet; ask again.</returns>
    /// <exception cref="RefusedException">403: somebody said no. 410: the login is over.</exception>
    public Task<AddedToken?> AwaitDeviceLogin(string secret, CancellationToken ct) =>
        http.PostForOptional("api/login/device/answer", new DeviceQuestion(secret), SkylineJson.Default.DeviceQuestion, SkylineJson.Default.AddedToken, ct);

    /// <summary>From when this answers on, the token is refused, and an upload that is on its way with it is not taken. Of one's own; for administrators anybody's.</summary>
    /// <exception cref="RefusedException">404: whoever asks has no such token.</exception>
    public Task RevokeToken(long id, CancellationToken ct) => http.Delete($"api/tokens/{id}", ct);

    /// <summary>Teams, who is in each, and in which tags it has rights. For all people, whatever their role.</summary>
    public Task<IReadOnlyList<TeamDetails>> Teams(CancellationToken ct) => http.Get("api/teams", SkylineJson.Default.IReadOnlyListTeamDetails, ct);

    /// <summary>Makes a team of nobody yet, to be given rights in tags together. For administrators.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so. 409: there is one of that name, or there are 1000.</exception>
    public Task<TeamDetails> CreateTeam(NewTeam team, CancellationToken ct) => http.Post("api/teams", team, SkylineJson.Default.NewTeam, SkylineJson.Default.TeamDetails, ct);

    /// <summary>Removes a team, and with it whatever rights it had in tags. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such team.</exception>
    public Task RemoveTeam(string team, CancellationToken ct) => http.Delete($"api/teams/{Uri.EscapeDataString(team)}", ct);

    /// <summary>Puts a person into a team, or says anew whether they lead it. For who leads it and administrators.</summary>
    /// <param name="team">The team's name.</param>
    /// <param name="person">The person's name.</param>
    /// <param name="place">Whether they say who else is in it.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The team as it is now.</returns>
    /// <exception cref="RefusedException">403: who asks does not lead it. 404: there is no such team or person. 409: it has 1000 members.</exception>
    public Task<TeamDetails> PutIntoTeam(string team, string person, TeamPlace place, CancellationToken ct) =>
        http.Send(HttpMethod.Put, $"api/teams/{Uri.EscapeDataString(team)}/members/{Uri.EscapeDataString(person)}", place, SkylineJson.Default.TeamPlace, SkylineJson.Default.TeamDetails, ct);

    /// <summary>Takes a person out of a team; what rights they had by it end with the answer. For who leads it and administrators.</summary>
    /// <exception cref="RefusedException">403: who asks does not lead it. 404: there is no such team, or they are not in it.</exception>
    public Task TakeOutOfTeam(string team, string person, CancellationToken ct) => http.Delete($"api/teams/{Uri.EscapeDataString(team)}/members/{Uri.EscapeDataString(person)}", ct);

    /// <summary>Who may do what in a tag, beside its owner and administrators, and whether it is private or closed. For all people who may read it.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<TagAccess> AccessTo(string tag, CancellationToken ct) => http.Get($"api/tags/{TagAddress.Of(tag)}/access", SkylineJson.Default.TagAccess, ct);

    /// <summary>Gives a person or a team rights in a tag, or takes them back; from when this answers on, it holds. For who administers the tag.</summary>
    /// <param name="tag">The tag's name.</param>
    /// <param name="edit">Of `read`, `build`, `promote`, `tag` and `administer`, to one person or one team.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>What is given in the tag now.</returns>
    /// <exception cref="RefusedException">400: neither a person nor a team is named, or both, or no right that there is. 403: who asks does not administer it. 404: there is no such tag, person or
    /// team. 409: 500 rights are given in it.</exception>
    public Task<TagAccess> EditAccess(string tag, TagGrantEdit edit, CancellationToken ct) => http.Post($"api/tags/{TagAddress.Of(tag)}/access", edit, SkylineJson.Default.TagGrantEdit, SkylineJson.Default.TagAccess, ct);
}
