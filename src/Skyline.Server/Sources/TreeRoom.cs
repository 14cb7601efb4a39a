namespace Skyline.Server.Sources;

/// <summary>What is left of what one build's tree may be: a repository, its submodules and its files in LFS count as one.</summary>
/// <param name="onDisk">Bytes that may still be written there.</param>
sealed class TreeRoom(SkylineSettings settings, Func<long> onDisk)
{
    int files = settings.SourceFiles, submodules = settings.SourceSubmodules;
    long bytes = settings.SourceBytes, unwritten;

    /// <exception cref="GitFailedException">There is no room for it, with the end of a sentence that says which.</exception>
    public void TakeFile(long size)
    {
        if (--files < 0) throw new GitFailedException($"it has more than {settings.SourceFiles} files (Skyline:SourceFiles)");
        TakeBytes(size);
    }

    /// <exception cref="GitFailedException">There is no room for them.</exception>
    public void TakeBytes(long size)
    {
        // (A size of somebody else's telling.)
        if (size < 0 || size > bytes) throw new GitFailedException($"its files are larger than {settings.SourceBytes >> 20} MiB together (Skyline:SourceBytes)");
        (bytes, unwritten) = (bytes - size, unwritten + size);
    }

    /// <summary>Asked before what was taken is written.</summary>
    /// <exception cref="GitFailedException">The disk has no room for it.</exception>
    public void HoldAgainstDisk()
    {
        if (unwritten > onDisk()) throw new GitFailedException("the server's disk has no room for it; free space or ask its administrator");
        unwritten = 0;
    }

    /// <exception cref="GitFailedException">There is no room for one more.</exception>
    public void TakeSubmodule()
    {
        if (--submodules < 0) throw new GitFailedException($"it has more than {settings.SourceSubmodules} submodules, and theirs (Skyline:SourceSubmodules)");
    }
}
