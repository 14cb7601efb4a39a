namespace Skyline.Protocol;

// How it stands with the server.
public sealed partial class SkylineClient
{
    /// <summary>How it stands with the server: each check with what it found and its cure. For administrators.</summary>
    public Task<ServerHealth> Health(CancellationToken ct) => http.Get("api/health", SkylineJson.Default.ServerHealth, ct);
}
