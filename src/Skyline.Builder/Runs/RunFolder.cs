namespace Skyline.Builder;

/// <summary>A run's folder: the source package, the log, and the work folder that the build's user owns.</summary>
sealed class RunFolder : IAsyncDisposable
{
    const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    readonly DataFolder data;
    readonly string root;
    readonly uint owner;

    RunFolder(DataFolder data, string root, int slot, uint owner) => (this.data, this.root, Slot, this.owner) = (data, root, slot, owner);

    public int Slot { get; }
    public string Srpm => Path.Combine(root, "source.src.rpm");
    public string Log => Path.Combine(root, "log");
    public string Work => Path.Combine(root, "work");
    public long FreeBytes => data.FreeBytes;

    public static RunFolder Make(DataFolder data, long run, int slot, uint owner) =>
        new(data, Directory.CreateDirectory(Path.Combine(data.Runs, $"{run}-{Guid.NewGuid().ToString("N")[..8]}"), Own).FullName, slot, owner);

    /// <summary>A fresh work folder with what the build starts from.</summary>
    /// <param name="requires">What the buildroot was resolved for; null: it was made from a lock.</param>
    public async Task PrepareWork(string macros, IEnumerable<string>? requires)
    {
        await RemoveTree.At(Work);
        Directory.CreateDirectory(Work, Own);
        Libc.Link(Srpm, Path.Combine(Work, "source.src.rpm"));
        await File.WriteAllTextAsync(Path.Combine(Work, ".rpmmacros"), macros);
        var told = Path.Combine(Work, requires is null ? "locked" : "requires.resolved");
        await File.WriteAllLinesAsync(told, requires ?? []);
        if (!Libc.IsRoot) return;
        foreach (var path in new[] { Work, Path.Combine(Work, ".rpmmacros"), told }) Libc.Own(path, owner);
    }

    public async ValueTask DisposeAsync() => await RemoveTree.At(root);
}
