namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>
    /// Begins a build from Git: the server fetches the tree, a builder makes the source package of it, and then it is built as any. For who may build into the target's destination, of a scratch
    /// build for packagers.
    /// </summary>
    /// <returns>The build as it waits; that the repository cannot be fetched is told by the build, not here.</returns>
    /// <exception cref="RefusedException">400: the address, ref, method or an option is none, or the host is none that the server fetches from. 403: who asks may not build there. 404: there is no
    /// such target. 409: the tag takes none now.</exception>
    public Task<BuildDetails> SubmitSource(NewSourceBuild build, CancellationToken ct) =>
        http.Post("api/builds/from-git", build, SkylineJson.Default.NewSourceBuild, SkylineJson.Default.BuildDetails, ct);

    /// <summary>What opens private repositories for one's builds: one's own, and those that are for everybody; without their secrets.</summary>
    public Task<IReadOnlyList<GitCredentialDetails>> GitCredentials(CancellationToken ct) => http.Get("api/git-credentials", SkylineJson.Default.IReadOnlyListGitCredentialDetails, ct);

    /// <summary>
    /// Gives what opens the private repositories at an address and below it, in the place of an earlier one for the same address. For one's own builds; for everybody's an administrator does.
    /// </summary>
    /// <exception cref="RefusedException">400: the address, name or secret cannot be used. 403: it is for everybody, and who asks is no administrator. 409: there are 100 already.</exception>
    public Task<GitCredentialDetails> AddGitCredential(NewGitCredential credential, CancellationToken ct) =>
        http.Post("api/git-credentials", credential, SkylineJson.Default.NewGitCredential, SkylineJson.Default.GitCredentialDetails, ct);

    /// <summary>Takes a credential back: one's own, or, as an administrator, one that is for everybody.</summary>
    /// <exception cref="RefusedException">404: whoever asks has no such credential.</exception>
    public Task RemoveGitCredential(long id, CancellationToken ct) => http.Delete($"api/git-credentials/{id}", ct);
}
