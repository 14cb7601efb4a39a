using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Hands the results over, a few at once, each tried until the server has it.</summary>
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

    static Task<ResultFile> One(BuiltFile built, RunCalls calls, CancellationToken ct) =>
        calls.UntilAnswered(async token =>
        {
            await using var file = Libc.OpenRegular(built.Path) ?? throw new BuilderBrokeException($"{built.FileName} is gone from the run's folder.");
            return await calls.Contract.PutFile(calls.Run, built.FileName, file, built.Sha256, token);
        }, ct, TimeSpan.FromSeconds(60 + built.Size / SlowestBytesPerSecond));
}
