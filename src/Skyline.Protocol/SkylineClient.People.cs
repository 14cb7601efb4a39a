namespace Skyline.Protocol;

/// <summary>Who may use the server, and with which tokens.</summary>
public sealed partial class SkylineClient
{
    public Task<AddedPerson> AddPerson(NewPerson person, CancellationToken ct) =>
        http.Post("api/people", person, SkylineJson.Default.NewPerson, SkylineJson.Default.AddedPerson, ct);

    public Task<IReadOnlyList<PersonDetails>> People(CancellationToken ct) => http.Get("api/people", SkylineJson.Default.IReadOnlyListPersonDetails, ct);

    public Task<PersonDetails> EditPerson(string name, PersonEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/people/{Uri.EscapeDataString(name)}", edit, SkylineJson.Default.PersonEdit, SkylineJson.Default.PersonDetails, ct);

    /// <summary>For somebody who lost theirs: their passkeys and sessions go too.</summary>
    public Task ResetSecondFactor(string name, CancellationToken ct) => http.Delete($"api/people/{Uri.EscapeDataString(name)}/second-factor", ct);

    public Task<Invitation> Invite(NewInvitation invitation, CancellationToken ct) =>
        http.Post("api/invitations", invitation, SkylineJson.Default.NewInvitation, SkylineJson.Default.Invitation, ct);

    /// <summary>Those that are good still.</summary>
    public Task<IReadOnlyList<OpenInvitation>> Invitations(CancellationToken ct) => http.Get("api/invitations", SkylineJson.Default.IReadOnlyListOpenInvitation, ct);

    public Task TakeBackInvitation(long id, CancellationToken ct) => http.Delete($"api/invitations/{id}", ct);

    /// <summary>Of whoever asks.</summary>
    public Task<IReadOnlyList<TokenDetails>> Tokens(CancellationToken ct) => http.Get("api/tokens", SkylineJson.Default.IReadOnlyListTokenDetails, ct);

    public Task<AddedToken> CreateToken(NewToken token, CancellationToken ct) =>
        http.Post("api/tokens", token, SkylineJson.Default.NewToken, SkylineJson.Default.AddedToken, ct);

    /// <summary>A token for a name and a password, without one so far.</summary>
    public Task<PasswordLoginAnswer> Login(PasswordLogin login, CancellationToken ct) =>
        http.Post("api/login", login, SkylineJson.Default.PasswordLogin, SkylineJson.Default.PasswordLoginAnswer, ct);

    /// <summary>Begins a login that somebody approves in a browser.</summary>
    public Task<DeviceCode> BeginDeviceLogin(DeviceLogin login, CancellationToken ct) =>
        http.Post("api/login/device", login, SkylineJson.Default.DeviceLogin, SkylineJson.Default.DeviceCode, ct);

    /// <summary>Waits for some seconds.</summary>
    /// <returns>Null: nobody has answered yet; ask again.</returns>
    public Task<AddedToken?> AwaitDeviceLogin(string secret, CancellationToken ct) =>
        http.PostForOptional("api/login/device/answer", new DeviceQuestion(secret), SkylineJson.Default.DeviceQuestion, SkylineJson.Default.AddedToken, ct);

    /// <summary>From when this answers on, the token is refused.</summary>
    public Task RevokeToken(long id, CancellationToken ct) => http.Delete($"api/tokens/{id}", ct);

    public Task<IReadOnlyList<TeamDetails>> Teams(CancellationToken ct) => http.Get("api/teams", SkylineJson.Default.IReadOnlyListTeamDetails, ct);

    public Task<TeamDetails> CreateTeam(NewTeam team, CancellationToken ct) => http.Post("api/teams", team, SkylineJson.Default.NewTeam, SkylineJson.Default.TeamDetails, ct);

    /// <summary>With it goes whatever rights it had.</summary>
    public Task RemoveTeam(string team, CancellationToken ct) => http.Delete($"api/teams/{Uri.EscapeDataString(team)}", ct);

    /// <summary>Puts a person into a team, or says anew whether they lead it.</summary>
    public Task<TeamDetails> PutIntoTeam(string team, string person, TeamPlace place, CancellationToken ct) =>
        http.Send(HttpMethod.Put, $"api/teams/{Uri.EscapeDataString(team)}/members/{Uri.EscapeDataString(person)}", place, SkylineJson.Default.TeamPlace, SkylineJson.Default.TeamDetails, ct);

    public Task TakeOutOfTeam(string team, string person, CancellationToken ct) => http.Delete($"api/teams/{Uri.EscapeDataString(team)}/members/{Uri.EscapeDataString(person)}", ct);

    public Task<TagAccess> AccessTo(string tag, CancellationToken ct) => http.Get($"api/tags/{TagAddress.Of(tag)}/access", SkylineJson.Default.TagAccess, ct);

    /// <summary>From when this answers on, it holds.</summary>
    public Task<TagAccess> EditAccess(string tag, TagGrantEdit edit, CancellationToken ct) => http.Post($"api/tags/{TagAddress.Of(tag)}/access", edit, SkylineJson.Default.TagGrantEdit, SkylineJson.Default.TagAccess, ct);
}
