namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>Begins a build from Git: the server fetches the tree, a builder makes the source package of it, and then it is built as any.</summary>
    public Task<BuildDetails> SubmitSource(NewSourceBuild build, CancellationToken ct) =>
        http.Post("api/builds/from-git", build, SkylineJson.Default.NewSourceBuild, SkylineJson.Default.BuildDetails, ct);

    /// <summary>One's own, and those that are for everybody; without their secrets.</summary>
    public Task<IReadOnlyList<GitCredentialDetails>> GitCredentials(CancellationToken ct) => http.Get("api/git-credentials", SkylineJson.Default.IReadOnlyListGitCredentialDetails, ct);

    /// <summary>In the place of an earlier one for the same address.</summary>
    public Task<GitCredentialDetails> AddGitCredential(NewGitCredential credential, CancellationToken ct) =>
        http.Post("api/git-credentials", credential, SkylineJson.Default.NewGitCredential, SkylineJson.Default.GitCredentialDetails, ct);

    public Task RemoveGitCredential(long id, CancellationToken ct) => http.Delete($"api/git-credentials/{id}", ct);
}
