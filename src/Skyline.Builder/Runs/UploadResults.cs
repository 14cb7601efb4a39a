using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Hands the results over, a few at once, each tried until the server has it; after a broken connection from where that broke.</summary>
static class UploadResults
{
    const int AtOnce = 4;
    const long SlowestBytesPerSecond = 64 << 10;

    /// <exception cref="RefusedException">The server refuses a file for good.</exception>
    public static async Task<IReadOnlyList<ResultFile>> All(IReadOnlyList<BuiltFile> files, RunCalls calls, CancellationToken ct)
    {
        var stored = new ResultFile[files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForAsync(0, files.Count, options, async (index, token) => stored[index] = await One(files[index], calls, token));
        return stored;
    }

    static async Task<ResultFile> One(BuiltFile built, RunCalls calls, CancellationToken ct)
    {
        var begun = false;
        return await calls.UntilAnswered(async token =>
        {
            var have = begun ? await HowFar(built, calls, token) : new(0, Stored: false);
            if (have.Stored) return new(built.FileName, built.Sha256, built.Size);
            begun = true;
            await using var file = Libc.OpenRegular(built.Path) ?? throw new BuilderBrokeException($"{built.FileName} is gone from the run's folder.");
            file.Seek(Math.Min(have.Bytes, file.Length), SeekOrigin.Begin);
            return await Put(built, file, calls, token);
        }, ct, TimeSpan.FromSeconds(60 + built.Size / SlowestBytesPerSecond));
    }

    /// <summary>A server that cannot tell gets the file from its beginning.</summary>
    static async Task<UploadState> HowFar(BuiltFile built, RunCalls calls, CancellationToken ct)
    {
        try
        {
            return await calls.Contract.Uploaded(calls.Run, built.FileName, built.Sha256, ct);
        }
        catch (RefusedException e) when (e.Status == 405)
        {
            return new(0, Stored: false);
        }
    }

    static async Task<ResultFile> Put(BuiltFile built, FileStream rest, RunCalls calls, CancellationToken ct)
    {
        try
        {
            return await calls.Contract.PutFile(calls.Run, built.FileName, rest, built.Sha256, ct, rest.Position);
        }
        catch (RefusedException e) when (e.Status == 416)
        {
            // It has come further, or less far, than it had a moment ago: it is asked again.
            throw new IOException(e.Message, e);
        }
    }
}
