namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>Begins a build from Git: the server fetches the tree, a builder makes the source package of it, and then it is built as any.</summary>
    public Task<BuildDetails> SubmitSource(NewSourceBuild build, CancellationToken ct) =>
        http.Post("api/builds/from-git", build, SkylineJson.Default.NewSourceBuild, SkylineJson.Default.BuildDetails, ct);
}
