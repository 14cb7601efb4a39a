namespace Skyline.Protocol;

/// <summary>The API for people: what the CLI and the tests call. One method a verb; it keeps nothing but its HttpClient, and may be used by many at once.</summary>
/// <remarks>
/// <para>
/// What the server refuses is a <see cref="RefusedException"/>, with HTTP's status and the server's sentence. Any method's may be 400 (what was sent is none), 401 (no token, or one that is good
/// no more) and 403 (the role of whoever asks, or what their token is for, is too small: the sentence says what is needed); of each is said below what else is to be expected. What whoever asks may
/// not see is refused as if it were not there. A change to a tag that asks for a second person is a <see cref="WaitsForApprovalException"/>. What did not get through is an HttpRequestException
/// or, where it was given up, an OperationCanceledException; nothing is sent again by itself.
/// </para>
/// <para>
/// Who may: a packager may what a viewer may, a release engineer what a packager may, an administrator all. Who may change a tag: its owner, whom `tag` or `administer` was given there, and, of one that
/// is nobody's own and not closed, release engineers. Who may build into it, or promote into it: those, and whom `build`, or `promote`, was given there; of one that is nobody's own and not closed
/// packagers build.
/// </para>
/// </remarks>
/// <param name="http">Its BaseAddress is the server's; it sends the token, as `Authorization: Bearer TOKEN`. It is not disposed here.</param>
public sealed partial class SkylineClient(HttpClient http)
{
    /// <summary>Who the token belongs to, with which role, what the token is for, and which version the server is of. For whoever has a token, a builder's too.</summary>
    /// <exception cref="RefusedException">401: there is no token, or one that is good no more.</exception>
    public Task<WhoAmI> WhoAmI(CancellationToken ct) => http.Get("api/whoami", SkylineJson.Default.WhoAmI, ct);
}
