using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Fetches the source package, going on where a broken connection left it, and checks its size and SHA-256.</summary>
static class FetchSrpm
{
    /// <summary>A whole file with another digest is fetched anew so often.</summary>
    const int Tries = 3;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(10);

    /// <exception cref="BuilderBrokeException">What the server serves is not what it leased.</exception>
    public static Task To(string path, LeasedRun lease, RunCalls calls, CancellationToken ct) =>
        To(path, lease.Srpm, (offset, token) => calls.Contract.OpenSrpm(lease.RunId, offset, token), calls, ct);

    /// <param name="open">The server's file from an offset on.</param>
    /// <exception cref="BuilderBrokeException">What the server serves is not what it said.</exception>
    public static async Task To(string path, SourceFile known, Func<long, CancellationToken, Task<Stream>> open, RunCalls calls, CancellationToken ct)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            await using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 0))
            {
                await calls.UntilAnswered(token => GoOn(file, known, open, token), ct, patience);
            }
            await using var whole = File.OpenRead(path);
            if (Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(whole, ct)) != known.Sha256) continue;
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            return;
        }
        throw new BuilderBrokeException($"{known.FileName} came {Tries} times with another SHA-256 than the server states.");
    }

    static async Task<bool> GoOn(FileStream file, SourceFile known, Func<long, CancellationToken, Task<Stream>> open, CancellationToken ct)
    {
        if (file.Length > known.Size) file.SetLength(0);
        file.Seek(0, SeekOrigin.End);
        if (file.Length == known.Size) return true;
        await using var body = await open(file.Length, ct);
        await CopyBounded.Copy(body, file, known.Size - file.Length, ct);
        return file.Length == known.Size ? true : throw new IOException("the connection ended early");
    }
}
