namespace Skyline.Protocol;

/// <summary>What is in packages and logs.</summary>
public sealed partial class SkylineClient
{
    /// <summary>What a package that a build made says of itself: scripts, dependencies, changelog, header, signatures. For whoever may read.</summary>
    /// <param name="build">Of the build.</param>
    /// <param name="fileName">Of the package: <see cref="RpmDetails.FileName"/>.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: the build has no such package, or it is not kept any more. 422: it cannot be read.</exception>
    public Task<BuiltPackage> Inside(long build, string fileName, CancellationToken ct) =>
        http.Get($"api/builds/{build}/packages/{Uri.EscapeDataString(fileName)}", SkylineJson.Default.BuiltPackage, ct);

    /// <summary>The files of a package that a build made, by path, a page at a time. For whoever may read.</summary>
    /// <param name="build">Of the build.</param>
    /// <param name="fileName">Of the package: <see cref="RpmDetails.FileName"/>.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="like">Those that have this in their path, letters large or small; null: all.</param>
    /// <param name="start">Where the page before ended, its `Next`; 0: from the first on.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <exception cref="RefusedException">404: the build has no such package, or it is not kept any more. 422: it cannot be read.</exception>
    public Task<PackageFiles> FilesInside(long build, string fileName, CancellationToken ct, string? like = null, int start = 0, int limit = 200) =>
        http.Get($"api/builds/{build}/packages/{Uri.EscapeDataString(fileName)}/files?start={start}&limit={limit}{(like is null ? "" : $"&like={Uri.EscapeDataString(like)}")}", SkylineJson.Default.PackageFiles, ct);

    /// <summary>Which lines of a run's log have a text, in what there is of it now. For whoever may read.</summary>
    /// <param name="run">Of the run: <see cref="RunDetails.Id"/>.</param>
    /// <param name="text">1 to 200 characters of one line; of ASCII letters, large and small are the same.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: there is nothing to look for. 404: there is no such run.</exception>
    public Task<LogMatches> SearchLog(long run, string text, CancellationToken ct) => http.Get($"api/runs/{run}/log/search?q={Uri.EscapeDataString(text)}", SkylineJson.Default.LogMatches, ct);
}
