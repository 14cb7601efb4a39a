namespace Skyline.Builder;

/// <summary>
/// One slot's folder of repository metadata. dnf locks its folder while it works, so each slot has one; what another slot has of a
/// pinned repository is taken over by hard links, for it is the same for ever and nobody writes into it.
/// </summary>
sealed class MetadataCache(string folder)
{
    const int Kept = 64;

    public string Folder => Directory.CreateDirectory(folder).FullName;

    /// <param name="name">As dnf is told to call the repository.</param>
    public void TakeOver(string name)
    {
        if (File.Exists(SolvIn(folder, name))) return;
        foreach (var other in Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!).Where(other => other != folder && File.Exists(SolvIn(other, name))))
        {
            try
            {
                Link(other, name);
                return;
            }
            catch (IOException) { } // it went meanwhile; dnf fetches what is missing
        }
    }

    /// <summary>The file that dnf looks at first comes last.</summary>
    void Link(string other, string name)
    {
        foreach (var entry in new DirectoryInfo(other).EnumerateFileSystemInfos(name + "*").OrderBy(entry => entry.FullName == SolvIn(other, name)))
        {
            var files = entry is DirectoryInfo below ? below.EnumerateFiles("*", SearchOption.AllDirectories) : [(FileInfo)entry];
            foreach (var file in files)
            {
                var to = Path.Combine(folder, Path.GetRelativePath(other, file.FullName));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                if (!File.Exists(to)) Libc.Link(file.FullName, to);
            }
        }
    }

    /// <summary>Every snapshot of a repository leaves a cache; the oldest go.</summary>
    public void DropOld()
    {
        try
        {
            var old = new DirectoryInfo(folder).EnumerateFiles("r*.solv").OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept).ToList();
            foreach (var entry in old.SelectMany(file => file.Directory!.EnumerateFileSystemInfos(Path.GetFileNameWithoutExtension(file.Name) + "*")))
            {
                if (entry is DirectoryInfo below) below.Delete(recursive: true);
                else entry.Delete();
            }
        }
        catch (IOException) { } // the next question tries again
    }

    static string SolvIn(string folder, string name) => Path.Combine(folder, name + ".solv");
}
